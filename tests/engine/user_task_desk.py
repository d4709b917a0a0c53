"""The desk where people find user tasks of any run, and what they do to them."""

import hitchpost
from hitchpost.v1 import user_task_pb2 as user_tasks
from hitchpost_server.engine import commands
from hitchpost_server.engine.ids import USER_TASK_DEF_STREAM, family_stream


class Desk:
    """Finds a user task by its row, and does something to it."""

    def __init__(self, world):
        self.world = world

    def put_form(self, name, **fields):
        asked = [user_tasks.UserTaskField(name=one, type=kind) for one, kind in fields.items()]
        request = user_tasks.PutUserTaskDefRequest(name=name, fields=asked)
        common = self.world.common(USER_TASK_DEF_STREAM + name)
        return self.world.do(commands.PutUserTaskDef(**common, request=request))

    def _do(self, command, row, request):
        user_task_run = user_tasks.UserTaskRun.FromString(row.body)
        request.user_task_run_id.CopyFrom(user_task_run.id)
        common = self.world.common(family_stream(row.run))
        return self.world.do(command(**common, run=row.run, request=request))

    def assign(self, row, *, is_override=False, **to):
        request = user_tasks.AssignUserTaskRunRequest(override_claim=is_override, **to)
        return self._do(commands.AssignUserTask, row, request)

    def complete(self, row, user, **results):
        request = user_tasks.CompleteUserTaskRunRequest(user_id=user, results=_values(results))
        return self._do(commands.CompleteUserTask, row, request)

    def cancel(self, row):
        return self._do(commands.CancelUserTask, row, user_tasks.CancelUserTaskRunRequest())

    def save(self, row, user, **results):
        request = user_tasks.SaveUserTaskRunProgressRequest(user_id=user, results=_values(results))
        return self._do(commands.SaveUserTask, row, request)

    def comment(self, row):
        request = user_tasks.PutUserTaskRunCommentRequest(user_id="ada", comment="hm")
        return self._do(commands.CommentUserTask, row, request)

    def edit(self, row):
        request = user_tasks.EditUserTaskRunCommentRequest(
            user_comment_id=1, user_id="ada", comment="ah"
        )
        return self._do(commands.CommentUserTask, row, request)

    def erase(self, row):
        request = user_tasks.DeleteUserTaskRunCommentRequest(user_comment_id=1, user_id="ada")
        return self._do(commands.CommentUserTask, row, request)


def _values(results):
    return {name: hitchpost.to_value(value) for name, value in results.items()}
