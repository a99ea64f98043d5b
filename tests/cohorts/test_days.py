"""Days done and made up: nobody is measured by a chain that breaks."""

from cohorts.services.days import given_by, make_up_days_for, may_make_up, reckon


def days(today: int, rows=(), *, from_day=1, make_ups=2, by_itself=True, course_days=14):
    return reckon(
        course_days=course_days,
        today=today,
        from_day=from_day,
        handed_in=given_by(rows),
        make_ups=make_ups,
        by_itself=by_itself,
    )


def signs(found) -> str:
    letter = {"done": "d", "rest": "r", "made_up": "m", "open": "o", "today": "T", "ahead": "."}
    return "".join(letter[dot.state] for dot in found.dots)


def handed_in(*numbers: int):
    return [(number, "text", False) for number in numbers]


def test_before_the_opening_all_days_lie_ahead():
    found = days(-2)

    assert (signs(found), found.done, found.make_ups_left) == ("." * 14, 0, 2)


def test_a_missed_day_makes_itself_up_the_morning_after():
    assert signs(days(4, handed_in(1, 2))) == "ddmT.........."
    assert signs(days(3, handed_in(1, 2))) == "ddT..........."  # not before it is over


def test_make_up_days_cover_the_first_missed_days_and_then_are_used_up():
    found = days(8, handed_in(1, 4, 7))

    assert signs(found) == "dmmdoodT......"
    assert (found.done, found.open, found.make_ups_left) == (5, [5, 6], 0)


def test_resting_counts_as_done():
    found = days(3, [(1, "rest", False), (2, "text", False)])

    assert (signs(found)[:3], found.done) == ("rdT", 2)


def test_a_day_that_she_made_up_herself_uses_a_make_up_day():
    found = days(6, [*handed_in(1, 2, 5), (4, "text", True)])

    assert signs(found) == "ddmmdT........"
    assert found.make_ups_left == 0


def test_who_would_rather_choose_is_left_to_choose():
    found = days(5, handed_in(1), by_itself=False)

    assert signs(found) == "doooT........."
    assert (found.open, found.make_ups_left) == ([2, 3, 4], 2)
    assert may_make_up(found, 3, by_itself=False)
    assert not may_make_up(found, 1, by_itself=False)  # done
    assert not may_make_up(found, 5, by_itself=False)  # today: that is no make-up
    assert not may_make_up(found, 9, by_itself=False)


def test_no_day_can_be_made_up_when_none_is_left():
    found = days(9, [(3, "text", True), (4, "text", True)], by_itself=False)

    assert found.make_ups_left == 0
    assert not may_make_up(found, 5, by_itself=False)


def test_a_day_that_made_itself_up_can_still_be_written():
    found = days(4, handed_in(1, 2))

    assert may_make_up(found, 3, by_itself=True)


def test_nothing_is_asked_of_the_days_before_she_came():
    found = days(6, handed_in(5), from_day=4)

    assert [dot.day for dot in found.dots] == list(range(4, 15))
    assert signs(found)[:3] == "mdT"


def test_two_missed_days_in_a_row_are_seen_though_they_made_themselves_up():
    assert days(5, handed_in(1, 2)).missed_in_a_row == 2
    assert days(5, handed_in(1, 2, 4)).missed_in_a_row == 0
    assert days(1).missed_in_a_row == 0


def test_after_the_course_no_day_is_today():
    assert signs(days(15, handed_in(*range(1, 15)))) == "d" * 14


def test_longer_courses_have_more_make_up_days_in_proportion():
    assert [make_up_days_for(length) for length in (3, 14, 21, 28, 100)] == [2, 2, 3, 4, 14]
