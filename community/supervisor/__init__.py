"""One command that keeps web, worker and beat running on one small machine.

`manage.py up` checks the place (`place`), takes the data folder for itself (`lock`), brings
database, translations and static files up to date (`prepare`), and then *becomes* the small
process of `__main__`: it holds no Django, so that watching three children costs some ten megabytes
instead of seventy. What runs in a child starts in `launch`, which makes sure that the child never
outlives its parent.
"""
