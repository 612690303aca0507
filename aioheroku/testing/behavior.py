"""How builds, releases, dynos and the like turn out, for tests that need them late, failed or crashed."""

from attrs import define


@define
class Behavior:
    """How long builds, releases, dynos and spaces take and how they end.

    Every attribute may be set at any time, and applies to what begins afterwards. Seconds are those of the platform's
    clock, which `Platform.advance` moves.
    """

    build_seconds: float = 20.0
    """Seconds between a build's creation and its end."""
    build_fails: bool = False
    """Builds end as `failed`, without a slug and a release."""
    release_seconds: float = 0.0
    """Seconds that a release of a slug stays `pending`; dynos restart on it afterwards."""
    release_fails: bool = False
    """Releases of a slug end as `failed`; dynos stay on the previous release."""
    space_seconds: float = 8.0
    """Seconds that a new space is `allocating`, and a deleted one `deleting`."""
    network_seconds: float = 4.0
    """Seconds of each step of a VPN connection or peering: `pending`, `provisioning`, `deprovisioning`."""
    promotion_seconds: float = 2.0
    """Seconds that the targets of a promotion are `pending`, as the app that is promoted says."""
    promotion_fails: bool = False
    """Promotions to the app fail: its target is `failed`, and it gets no release."""
    review_app_seconds: float = 4.0
    """Seconds until a review app is `created`; it has its app after half of them. Deleting it takes half of them."""
    review_app_fails: bool = False
    """Review apps end as `errored`, without an app."""
    test_run_seconds: float = 4.0
    """Seconds of a test run: four steps of the same length, from `pending` to its end."""
    test_run_fails: bool = False
    """Test runs end as `failed`; a test case says why."""
    output_ends_early: float = 0.0
    """Seconds that the output of a build has ended before its status is final."""
    run_seconds: float | None = None
    """Seconds that a detached command runs if it is not a scripted program; None: until it is stopped."""
    run_status: int = 0
    """The exit status of such a command."""
    idle_seconds: float = 3600.0
    """Seconds without a byte, in either direction, after which the connection of an attached dyno ends: SIGHUP."""
    one_off_seconds: float = 86400.0
    """Maximum seconds that a one-off dyno runs; its own `time_to_live` may be shorter."""
    log_silence_seconds: float = 900.0
    """Age in seconds from which a log session sends heartbeats, but no more lines. The same for all apps."""
    log_session_seconds: float = 3600.0
    """Age in seconds at which a log session ends. The same for all apps."""
    fir_session_seconds: float = 900.0
    """Age in seconds at which a log session of an app of the Fir generation ends."""
    boot_seconds: float = 5.0
    """Seconds in which a dyno is `starting`."""
    addon_seconds: float = 2.0
    """Seconds that a new add-on is `provisioning`."""
    domain_seconds: float = 2.0
    """Seconds that a new domain is `pending`, and between two steps of its automated certificate (ACM)."""
    webhook_retry_seconds: float = 1.0
    """Seconds between the first two attempts to deliver to a webhook of level `sync`; each wait doubles the last."""
    crash_after: float | None = None
    """Seconds after which a dyno that is up has `crashed`; None: it stays up."""
