"""Finding user tasks: by what is asked for and by nothing else, oldest first, page by page."""

from collections.abc import Callable
from typing import Any

import grpc
import pytest
from raw_calls import answer_of

import hitchpost
from hitchpost.v1 import object_id_pb2 as ids
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost.v1 import value_pb2 as values

Fresh = Callable[[str], str]
Request = user_tasks.SearchUserTaskRunRequest

FIELDS = [user_tasks.UserTaskField(name="reason", type=values.STR)]


@pytest.fixture
async def form(client: hitchpost.Client, fresh: Fresh) -> str:
    """A form, and a workflow of the same name that asks a user, a group or both to fill it in."""
    name = fresh("form")
    await client.put_user_task_def(name, FIELDS)

    @hitchpost.workflow(name)
    def asks(wf: hitchpost.WorkflowBuilder) -> None:
        wf.user_task(name, user=wf.input("user", str), group=wf.input("group", str))

    await client.put_workflow(asks)
    return name


async def ask(client: hitchpost.Client, form: str, **who: Any) -> str:
    """Start a run that waits for somebody, and name it."""
    run = await client.run(form, {"user": None, "group": None} | who)
    return run.id.id


async def found(stub: Any, **wanted: Any) -> list[str]:
    """The runs of the user tasks that a search finds, in its order."""
    response = await stub.SearchUserTaskRun(Request(**wanted))
    assert not response.HasField("bookmark")
    return [one.wf_run_id.id for one in response.results]


async def test_every_criterion_counts(client: hitchpost.Client, stub: Any, form: str) -> None:
    ada, law = f"ada-{form}", f"law-{form}"
    hers = await ask(client, form, user=ada)
    both = await ask(client, form, user=ada, group=law)
    theirs = await ask(client, form, group=law)
    other = await ask(client, form, user=f"bob-{form}")
    assigned = user_tasks.ASSIGNED
    assert await found(stub, user_task_def_name=form) == [hers, both, theirs, other]
    assert await found(stub, user_id=ada) == [hers, both]
    assert await found(stub, user_group=law) == [both, theirs]
    assert await found(stub, user_group=law, status=assigned) == [both]
    assert await found(stub, user_id=ada, user_group=law) == [both]
    assert await found(stub, user_task_def_name=form, status=assigned) == [hers, both, other]
    assert await found(stub, user_id=ada, user_task_def_name=f"not-{form}") == []
    everything = {"user_id": ada, "user_group": law, "user_task_def_name": form}
    assert await found(stub, status=assigned, **everything) == [both]
    assert await found(stub, status=user_tasks.DONE, **everything) == []


async def test_change_of_status_moves_it_at_once(
    client: hitchpost.Client, stub: Any, form: str
) -> None:
    run = await ask(client, form, group="law")
    [task] = [one async for one in client.list_user_tasks(run)]
    of = {"user_task_def_name": form}
    assert await found(stub, status=user_tasks.UNASSIGNED, **of) == [run]
    await client.assign_user_task(task, user="ada")
    assert await found(stub, status=user_tasks.UNASSIGNED, **of) == []
    await client.complete_user_task(task, {"reason": "x"}, user="ada")
    assert await found(stub, status=user_tasks.ASSIGNED, **of) == []
    assert await found(stub, status=user_tasks.DONE, **of) == [run]
    await client.delete_run(run)
    assert await found(stub, **of) == []


async def test_pages_follow_one_another_whatever_the_status(
    client: hitchpost.Client, stub: Any, form: str
) -> None:
    """Some are done and some are not, in turns: the order of time goes through all of them."""
    runs = [await ask(client, form, user=f"ada-{form}") for _ in range(7)]
    for run in runs[::2]:
        [task] = [one async for one in client.list_user_tasks(run)]
        await client.complete_user_task(task, {}, user=f"ada-{form}")
    seen, bookmark, pages = [], b"", 0
    while pages == 0 or bookmark:
        page = await stub.SearchUserTaskRun(
            Request(user_id=f"ada-{form}", limit=3, bookmark=bookmark)
        )
        seen += [one.wf_run_id.id for one in page.results]
        bookmark, pages = page.bookmark, pages + 1
    assert (seen, pages) == (runs, 3)


async def test_time_of_the_arrival_counts_with_both_ends(
    client: hitchpost.Client, stub: Any, form: str
) -> None:
    runs = [await ask(client, form, user="ada") for _ in range(3)]
    [task] = [one async for one in client.list_user_tasks(runs[1])]
    exactly = {"earliest_start": task.scheduled_time, "latest_start": task.scheduled_time}
    assert await found(stub, user_task_def_name=form, **exactly) == [runs[1]]
    before = {"latest_start": task.scheduled_time}
    assert await found(stub, user_task_def_name=form, **before) == runs[:2]


@pytest.mark.parametrize("nothing", [{}, {"user_id": ""}, {"limit": 5}])
async def test_search_for_nothing_is_refused(stub: Any, nothing: dict[str, Any]) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await stub.SearchUserTaskRun(Request(**nothing))
    assert answer_of(refusal.value).says == (grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID")


@pytest.mark.parametrize(
    "bookmark", [b"x", b"[1]", b'["a","b","c"]', b'[1,"a",2]', b'[1,"\\ud800","a"]', b"[" * 999]
)
async def test_bookmark_that_was_not_given_out_is_refused(stub: Any, bookmark: bytes) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await stub.SearchUserTaskRun(Request(user_id="ada", bookmark=bookmark))
    assert answer_of(refusal.value).facts["field"] == "bookmark"


async def test_list_is_of_one_run_and_of_nobody_unknown(
    client: hitchpost.Client, stub: Any, form: str
) -> None:
    run = await ask(client, form, user="ada")
    await ask(client, form, user="ada")
    request = user_tasks.ListUserTaskRunRequest(wf_run_id=ids.WfRunId(id=run))
    [task] = (await stub.ListUserTaskRuns(request)).results
    assert (task.id.wf_run_id.id, task.id.user_task_guid) == (run, "0-1")
    unknown = user_tasks.ListUserTaskRunRequest(wf_run_id=ids.WfRunId(id=f"no-{form}"))
    assert not (await stub.ListUserTaskRuns(unknown)).results


async def test_clients_search_goes_through_all_pages(client: hitchpost.Client, form: str) -> None:
    runs = [await ask(client, form, user=f"ada-{form}") for _ in range(3)]
    names = [one.wf_run_id.id async for one in client.search_user_tasks(user=f"ada-{form}")]
    assert names == runs
