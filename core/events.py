"""What happened, as jobs carry it to those it concerns. `bot/notices.py` puts each into words."""

# long: it is one list, and each event is short

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, get_args

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class TaskCompleted:
    """Somebody completed a task."""

    type: ClassVar[str] = "task_completed"
    always: ClassVar[bool] = False
    task: int
    completion: int
    """The how-manieth completion of this task."""
    actor: int

    @property
    def once(self) -> str:
        return f"completed:{self.task}:{self.completion}"


@dataclass(frozen=True, slots=True)
class TaskAssigned:
    """Somebody assigned a task to somebody else."""

    type: ClassVar[str] = "task_assigned"
    always: ClassVar[bool] = False
    task: int
    revision: int
    actor: int

    @property
    def once(self) -> str:
        return f"assigned:{self.task}:{self.revision}"


@dataclass(frozen=True, slots=True)
class TaskAccepted:
    """Somebody takes a task that was offered to them."""

    type: ClassVar[str] = "task_assigned"
    always: ClassVar[bool] = False
    task: int
    offer: int
    """The how-manieth offer of this task."""
    actor: int

    @property
    def once(self) -> str:
        return f"accepted:{self.task}:{self.offer}"


@dataclass(frozen=True, slots=True)
class TaskDeclined:
    """Somebody does not take a task, or gives back one that they had taken."""

    type: ClassVar[str] = "task_assigned"
    always: ClassVar[bool] = False
    task: int
    revision: int
    actor: int
    taken: bool
    """Whether they had taken it before."""

    @property
    def once(self) -> str:
        return f"declined:{self.task}:{self.revision}"


@dataclass(frozen=True, slots=True)
class OfferUnanswered:
    """Somebody was offered a task, and said nothing for so long. They still can."""

    type: ClassVar[str] = "task_assigned"
    always: ClassVar[bool] = False
    task: int
    offer: int
    """As of `TaskAccepted`."""
    assignee: int

    @property
    def once(self) -> str:
        return f"unanswered:{self.task}:{self.offer}"


@dataclass(frozen=True, slots=True)
class TaskDue:
    """Somebody is to be reminded of a task."""

    type: ClassVar[str] = "task_due"
    always: ClassVar[bool] = False
    task: int
    at: int
    """When, in seconds since 1970-01-01 UTC."""
    due: int
    """When the task was due then, so; 0 where it had no date."""
    snoozed: bool
    """Whether it is what this person asked for themselves."""

    @property
    def once(self) -> str:
        return f"due:{self.task}:{self.at}"


@dataclass(frozen=True, slots=True)
class Welcome:
    """Somebody wrote for the first time."""

    type: ClassVar[str] = "welcome"
    always: ClassVar[bool] = False
    account: int

    @property
    def once(self) -> str:
        return f"welcome:{self.account}"


@dataclass(frozen=True, slots=True)
class LinkAsked:
    """Somebody redeemed a code in another chat; the chat that issued it is asked."""

    type: ClassVar[str] = "system"
    always: ClassVar[bool] = True
    attempt: int

    @property
    def once(self) -> str:
        return f"link-asked:{self.attempt}"


@dataclass(frozen=True, slots=True)
class Linked:
    """A chat is connected to the account, or, where `identity` is 0, a sign-in."""

    type: ClassVar[str] = "system"
    always: ClassVar[bool] = True
    identity: int
    link: str = ""
    """By which it can be taken back."""
    login: str = ""
    """Who signed in, as the issuer calls them."""

    @property
    def once(self) -> str:
        return f"linked:{self.link}"


@dataclass(frozen=True, slots=True)
class MoveOffered:
    """A chat that was connected had an account of its own, whose tasks stayed apart."""

    type: ClassVar[str] = "system"
    always: ClassVar[bool] = True
    link: str
    tasks: int

    @property
    def once(self) -> str:
        return f"move-offered:{self.link}"


@dataclass(frozen=True, slots=True)
class TasksMoved:
    """Those tasks came along."""

    type: ClassVar[str] = "system"
    always: ClassVar[bool] = True
    link: str
    tasks: int
    at: int
    """Seconds since 1970-01-01 UTC: they may go back, and come again."""

    @property
    def once(self) -> str:
        return f"tasks-moved:{self.link}:{self.at}"


@dataclass(frozen=True, slots=True)
class LinkDenied:
    """One side said no."""

    type: ClassVar[str] = "system"
    always: ClassVar[bool] = True
    attempt: int

    @property
    def once(self) -> str:
        return f"link-denied:{self.attempt}"


@dataclass(frozen=True, slots=True)
class Unlinked:
    """An identity left the account."""

    type: ClassVar[str] = "system"
    always: ClassVar[bool] = True
    identity: int
    platform: str
    name: str
    at: int
    """Seconds since 1970-01-01 UTC: an identity may leave more than once."""
    login: int = 0
    """The sign-in, where it is one: by it the name is found that is to be forgotten."""

    @property
    def once(self) -> str:
        return f"unlinked:{self.identity}:{self.at}"


@dataclass(frozen=True, slots=True)
class PartingAsked:
    """Somebody who came less than a day ago asked for a chat, or a sign-in, to be disconnected."""

    type: ClassVar[str] = "system"
    always: ClassVar[bool] = True
    asker: int
    """The identity."""
    identity: int
    """The chat that is asked for, with its platform and name; 0 for a sign-in, which has none."""
    platform: str
    name: str
    login: int
    """The sign-in, or 0."""
    at: int
    """When it will be done: seconds since 1970-01-01 UTC. It names the asker's coming, for which
    one thing is asked once."""

    @property
    def once(self) -> str:
        return f"parting:{self.asker}:{self.identity}:{self.login}:{self.at}"


@dataclass(frozen=True, slots=True)
class PartingKept:
    """Somebody said that it stays."""

    type: ClassVar[str] = "system"
    always: ClassVar[bool] = True
    identity: int
    """As of `PartingAsked`; so the next two."""
    platform: str
    name: str
    login: int
    at: int
    """Seconds since 1970-01-01 UTC."""

    @property
    def once(self) -> str:
        return f"parting-kept:{self.identity}:{self.login}:{self.at}"


@dataclass(frozen=True, slots=True)
class Returned:
    """A chat that was disconnected elsewhere is back in the account that it came from."""

    type: ClassVar[str] = "system"
    always: ClassVar[bool] = True
    identity: int
    at: int
    """As of `Unlinked`."""

    @property
    def once(self) -> str:
        return f"returned:{self.identity}:{self.at}"


@dataclass(frozen=True, slots=True)
class Unreachable:
    """One of somebody's chats can't be written to any more."""

    type: ClassVar[str] = "system"
    always: ClassVar[bool] = True
    identity: int
    platform: str
    place: str
    """The workspace, or empty."""
    at: int
    """Seconds since 1970-01-01 UTC: a chat may be lost more than once."""
    uninstalled: bool
    """By its workspace, for all who are there; else it is this person's chat alone."""

    @property
    def once(self) -> str:
        return f"unreachable:{self.identity}:{self.at}"


@dataclass(frozen=True, slots=True)
class SignInUnfinished:
    """Somebody signed in on the web to connect a chat, which was not done in the end: whose sign-in
    it was learns of it, since a link that somebody else passed on ends like this."""

    type: ClassVar[str] = "system"
    always: ClassVar[bool] = True
    attempt: int
    identity: int

    @property
    def once(self) -> str:
        return f"sign-in-unfinished:{self.attempt}"


@dataclass(frozen=True, slots=True)
class Announced:
    """The operator tells everybody something; `type` is `system` or `info`."""

    always: ClassVar[bool] = False
    id: str
    text: str
    type: str = "info"

    @property
    def once(self) -> str:
        return f"announced:{self.id}"


@dataclass(frozen=True, slots=True)
class PlanStarted:
    """A subscription gives its plan for the first time."""

    type: ClassVar[str] = "system"
    always: ClassVar[bool] = False
    subscription: int
    """Its row."""
    plan: str
    """By its name in `core.plans`."""
    until: int
    """When its trial, or the first period, ends: seconds since 1970-01-01 UTC; 0 where nobody says.
    So in all events below."""
    trial: bool

    @property
    def once(self) -> str:
        return f"plan-started:{self.subscription}"


@dataclass(frozen=True, slots=True)
class PlanChanged:
    """A subscription is of another product now."""

    type: ClassVar[str] = "system"
    always: ClassVar[bool] = False
    subscription: int
    plan: str
    was: str
    """The plan before; the same where only the price or the interval is another."""
    at: int

    @property
    def once(self) -> str:
        return f"plan-changed:{self.subscription}:{self.at}"


@dataclass(frozen=True, slots=True)
class PlanRenewed:
    """Another period began."""

    type: ClassVar[str] = "system"
    always: ClassVar[bool] = False
    subscription: int
    plan: str
    until: int

    @property
    def once(self) -> str:
        return f"plan-renewed:{self.subscription}:{self.until}"


@dataclass(frozen=True, slots=True)
class PlanEnding:
    """A subscription was cancelled, and goes on until then."""

    type: ClassVar[str] = "system"
    always: ClassVar[bool] = False
    subscription: int
    plan: str
    until: int
    at: int
    """When it was cancelled: it may be resumed, and cancelled again."""

    @property
    def once(self) -> str:
        return f"plan-ending:{self.subscription}:{self.at}"


@dataclass(frozen=True, slots=True)
class PlanResumed:
    """A subscription goes on after all. `why`: `kept` (it was cancelled, and was to end), `paid`
    (a payment had failed), `back` (it had stopped: paused, ended, or not paid)."""

    type: ClassVar[str] = "system"
    always: ClassVar[bool] = False
    subscription: int
    plan: str
    why: str
    until: int
    at: int

    @property
    def once(self) -> str:
        return f"plan-resumed:{self.subscription}:{self.at}"


@dataclass(frozen=True, slots=True)
class PaymentFailed:
    """A renewal could not be charged; the plan stays until then."""

    type: ClassVar[str] = "system"
    always: ClassVar[bool] = False
    subscription: int
    plan: str
    until: int
    since: int

    @property
    def once(self) -> str:
        return f"payment-failed:{self.subscription}:{self.since}"


@dataclass(frozen=True, slots=True)
class PlanEnded:
    """A subscription gives nothing any more. `why`: `ended`, `paused`, `unpaid`, or `silent`: it
    should have been renewed, and Polar did not say so for three days."""

    type: ClassVar[str] = "system"
    always: ClassVar[bool] = False
    subscription: int
    plan: str
    why: str
    at: int

    @property
    def once(self) -> str:
        return f"plan-ended:{self.subscription}:{self.at}"


@dataclass(frozen=True, slots=True)
class Refunded:
    """Money went back; that alone ends no plan."""

    type: ClassVar[str] = "system"
    always: ClassVar[bool] = False
    order: str
    """By Polar's id."""
    amount: int
    """In the currency's smallest unit, all refunds of the order together."""
    currency: str

    @property
    def once(self) -> str:
        return f"refunded:{self.order}:{self.amount}"


@dataclass(frozen=True, slots=True)
class TrialEnding:
    """A trial ends in three days, and is paid for from then on."""

    type: ClassVar[str] = "system"
    always: ClassVar[bool] = False
    subscription: int
    plan: str
    until: int

    @property
    def once(self) -> str:
        return f"trial-ending:{self.subscription}:{self.until}"


Event = (
    TaskCompleted
    | TaskAssigned
    | TaskAccepted
    | TaskDeclined
    | OfferUnanswered
    | TaskDue
    | Welcome
    | LinkAsked
    | Linked
    | MoveOffered
    | TasksMoved
    | LinkDenied
    | Unlinked
    | PartingAsked
    | PartingKept
    | Returned
    | Unreachable
    | SignInUnfinished
    | Announced
    | PlanStarted
    | PlanChanged
    | PlanRenewed
    | PlanEnding
    | PlanResumed
    | PaymentFailed
    | PlanEnded
    | Refunded
    | TrialEnding
)

_KINDS: dict[str, type[Event]] = {kind.__name__: kind for kind in get_args(Event)}
_ADAPTERS = {name: TypeAdapter(kind) for name, kind in _KINDS.items()}


def pack(event: Event) -> tuple[str, str]:
    """The kind and the facts of an event as text, for a job's payload."""
    name = type(event).__name__
    return name, _ADAPTERS[name].dump_json(event).decode()


def unpack(kind: str, facts: str) -> Event:
    """What `pack` packed. Raises `KeyError` for a kind that this version does not know."""
    event: Event = _ADAPTERS[kind].validate_json(facts)
    return event
