"""What is set for one tenant alone."""

import pytest

from hitchpost_server.config import DEFAULT_TENANT, SettingsError, load

LIMIT = "max_unconsumed_external_events_per_run"


@pytest.fixture
def loaded(tmp_path):
    """Settings from a file with these lines."""

    def load_lines(*lines, **flags):
        file = tmp_path / "hitchpost.toml"
        file.write_text("\n".join(lines))
        return load(flags, file)

    return load_lines


def test_the_queue_has_the_documented_limits(loaded):
    limits = loaded().engine_limits
    assert limits.max_unconsumed_external_events_per_run == 100
    assert limits.max_external_event_carry_forward_executions == 5


def test_a_tenant_has_limits_of_its_own(loaded):
    settings = loaded("[tenants.default]", f"{LIMIT} = 7", **{LIMIT: 50})
    assert (
        settings.of_tenant(DEFAULT_TENANT).engine_limits.max_unconsumed_external_events_per_run == 7
    )
    assert settings.of_tenant("another").engine_limits.max_unconsumed_external_events_per_run == 50


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["[tenants.acme]", f"{LIMIT} = 7"], "there is no tenant acme"),
        (["[tenants.default]", "port = 7"], "port cannot be set for one tenant"),
        (["[tenants.default]", f"{LIMIT} = 0"], "must be positive"),
        (["[tenants.default]", f"{LIMIT} = 'many'"], "must be int"),
        (["tenants = 3"], "must be tables"),
    ],
)
def test_settings_of_tenants_that_will_not_do_are_refused(loaded, lines, problem):
    with pytest.raises(SettingsError, match=problem):
        loaded(*lines)


def test_the_environment_cannot_set_what_is_in_the_file_only(loaded, monkeypatch):
    monkeypatch.setenv("HITCHPOST_TENANTS", "{}")
    assert loaded().tenants == {}


def test_a_tenant_may_want_no_event_to_come_along(loaded):
    settings = loaded("[tenants.default]", "max_external_event_carry_forward_executions = 0")
    limits = settings.of_tenant(DEFAULT_TENANT).engine_limits
    assert limits.max_external_event_carry_forward_executions == 0
