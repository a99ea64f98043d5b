"""What a step waits for: the steps that come first and are still open."""

from collections.abc import Iterable, Sequence

from cohorts.models import SopTask

OPEN = SopTask.State.OPEN


def waits_for(
    tasks: Sequence[SopTask], known: Iterable[SopTask] = (), *, complete: bool = False
) -> dict[int, list[SopTask]]:
    """The open prerequisites of each task, by its key; a task that waits for nothing is left out.

    A step that repeats is needed for the same day only; one that comes once is needed whatever its
    day. ``known`` are tasks already fetched; what is not among them costs one query together, unless
    they are ``complete``: all open ones that can be waited for.
    """
    wanted = [(task, key) for task in tasks if task.state == OPEN for key in task.step.needs]
    if not wanted:
        return {}
    pool: dict[tuple[int, str], list[SopTask]] = {}
    for other in known:
        pool.setdefault((other.run_id, other.step.key), []).append(other)
    missing = [(task, key) for task, key in wanted if not _fitting(pool, task, key)]
    if missing and not complete:
        fetched = SopTask.objects.filter(
            run__in={task.run_id for task, _ in missing},
            step__key__in={key for _, key in missing},
            state=OPEN,
        ).select_related("step")
        for other in fetched:
            pool.setdefault((other.run_id, other.step.key), []).append(other)
    found: dict[int, list[SopTask]] = {}
    for task, key in wanted:
        for other in _fitting(pool, task, key):
            if other.state == OPEN:
                found.setdefault(task.pk, []).append(other)
    return found


def _fitting(pool: dict[tuple[int, str], list[SopTask]], task: SopTask, key: str) -> list[SopTask]:
    return [
        other
        for other in pool.get((task.run_id, key), [])
        if not other.step.every or other.day == task.day
    ][:1]
