"""The SOP board and its tasks."""

from django.urls import path

from cohorts.views import board, tasks

urlpatterns = [
    path("ops/board/", board.board, name="board"),
    path("ops/board/close/", board.board_close, name="board_close"),
    path("ops/camp/<slug:slug>/board/", board.run_board, name="run_board"),
    path("ops/camp/<slug:slug>/hand-over/", board.hand_over, name="hand_over"),
    path("ops/task/<slug:public_id>/", tasks.task, name="task"),
    path("ops/task/<slug:public_id>/do/", tasks.task_do, name="task_do"),
    path("ops/task/<slug:public_id>/back/<int:version>/", tasks.task_back, name="task_back"),
    path("ops/task/<slug:public_id>/words/<int:script>/", tasks.task_words, name="task_words"),
]
