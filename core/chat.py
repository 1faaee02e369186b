"""The vocabulary between the conversation and the platforms: what comes in, what goes out.

Text in here is always plain. Emphasis comes from structure, so nothing that a person wrote can
format, mention or inject; each platform escapes it in one function when it draws.
"""

# long: it is one vocabulary, and each word is short

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.addresses import Address, Sender
from core.quick import quick


class Kind(StrEnum):
    """How a line reached us."""

    COMMAND = "command"
    """Typed as a named command (`/done 3`): the first word is a verb, known or not."""
    ADDRESSED = "addressed"
    """Said to the bot by its one command or its name (`/task done 3`, `@bot Buy milk`): a verb
    comes first, or else it is a task."""
    TEXT = "text"
    """Plain text in a private chat; in a group, what is replied to the bot."""
    PRESS = "press"
    """A button, also one of the platform's own that stands for a line (Slack's shortcuts)."""
    FORM = "form"
    """A submitted form; `answers` holds its fields."""
    LINK = "link"
    """Links to tasks were posted."""
    REACTION = "reaction"
    """A reaction was put under a message, or taken away."""
    VISIT = "visit"
    """The Home tab was opened."""
    DETAILS = "details"
    """The details of a task that is shown below a link were opened."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """What was written before and is meant now: what a command replies to, or what was forwarded.
    Whoever wrote it, nothing in it is a command."""

    text: str
    author: str = ""
    """Whose words they are; empty where they are the sender's own."""
    url: str = ""
    """Where it stands, for those who may read there; empty where there is no way to it."""
    message: str = ""
    """The message itself, as the platform names it; empty where it can't be told from others."""


@quick
@dataclass(frozen=True, slots=True)
class Inbound:
    """Whatever a person did, as one line."""

    key: str
    """The platform's own id of this message, unique over all; a redelivery carries the same."""
    kind: Kind
    sender: Sender
    address: Address
    """The chat in which it was done."""
    line: str
    """The command line without its sign (`done 3`), or the plain text."""
    answers: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, Sender] = field(default_factory=dict)
    """Mention token as it stands in `line` or in an answer (`@alice`) -> who is meant."""
    message: str = ""
    """The message whose button was pressed or whose form was sent (`Sent.message`), or empty."""
    replied: str = ""
    """The bot's message that this one replies to (`Sent.message`), or empty."""
    said: str = ""
    """The person's own message that said this, as the platform names it; empty for what cannot be
    edited."""
    edited: bool = False
    """Whether `said` was taken in before: it was edited, and reads so now."""
    quoted: Quoted | None = None
    shown: str = ""
    """The message by which they show what this is about in another chat, where the bot need not be,
    as `ChatPlatform.send` takes it for an edit; empty for none."""
    forms: bool = False
    """Whether a form can be shown in answer; otherwise the bot asks in words."""
    home: bool = False
    """Whether it was done on the person's Home tab, which then shows the answer."""
    pane: str = ""
    """The public id of the task whose details it was done in (`Pane`); empty for none."""
    external: bool = False
    """Whether people of other organisations read the chat, as far as the platform says."""
    guest: bool = False
    """Whether the sender is one of those: where they never wrote to the bot, it leaves them alone.
    Told of what people do among themselves."""
    rules: bool | None = None
    """Whether the sender may set how much their group is told; None where it was not asked, or
    nobody could say."""
    entrance: str = ""
    """The address that opens the private chat with the bot; empty where the platform has not told
    it."""
    token: str = ""
    """What the platform wants back with a direct answer (callback query, trigger). Short-lived:
    only the adapter reads it, and it is never stored."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A genuine message that its adapter could not read, as it came."""

    key: str
    """As `Inbound.key`, had it been read."""
    platform: str
    body: str
    """JSON for that adapter's reader, without what the platform wants back with an answer."""


class Style(StrEnum):
    """How much a button stands out. Decoration: the label says everything."""

    PLAIN = ""
    PRIMARY = "primary"
    DANGER = "danger"


@quick
@dataclass(frozen=True, slots=True)
class Button:
    """A command nobody has to type. Pressing it sends `line`, at most 64 bytes."""

    label: str
    line: str
    style: Style = Style.PLAIN


@quick
@dataclass(frozen=True, slots=True)
class Menu(Button):
    """A button that is a menu where the platform has menus: choosing an option sends its line."""

    options: tuple[Button, ...] = ()
    beside: bool = False
    """Whether the button stays, with the menu behind it as three dots, of at most 5 options; what
    is in there is no button besides."""


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens a page."""

    label: str
    url: str
    secret: bool = False
    """The address is for one person alone: it is sent to nobody else, and no copy is kept."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A short named value; `label` may be empty where the value speaks for itself."""

    value: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant that a platform may show in the reader's own time zone; `text` names the zone."""

    text: str
    epoch: int
    """Seconds since 1970-01-01 UTC."""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A box to tick. It is drawn on a Home tab only: an item with one needs no `button` there."""

    on: str
    """The line that ticking it sends, at most 64 bytes as a button's."""
    off: str
    """The line that taking the tick away sends, before the tab is drawn anew."""


@dataclass(frozen=True, slots=True)
class Item:
    """A row of a list, with the button that opens it."""

    text: str
    detail: str = ""
    button: Button | None = None
    check: Check | None = None
    menu: tuple[Button, ...] = ()
    """What else can be done with it, beside its box."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A command worth knowing. The platform spells it: `/done 3`, `/task done 3`."""

    line: str
    text: str = ""


class Input(StrEnum):
    """What a form's field takes. Answers are always strings; dates `YYYY-MM-DD`, times `HH:MM`,
    a person is a mention token explained in `Inbound.people`."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    TIME = "time"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Option:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Question:
    """One field of a form."""

    name: str
    label: str
    kind: Input = Input.LINE
    value: str = ""
    options: tuple[Option, ...] = ()
    required: bool = False
    help: str = ""
    max_length: int = 0
    """Characters; 0 is no limit of ours."""
    problem: str = ""
    """What was wrong with the last answer, shown on the field."""


@dataclass(frozen=True, slots=True)
class Form:
    """What is missing, asked at once where the platform has forms, else one question at a time."""

    line: str
    """The command that the answers complete: `add`, `edit t:9k3f7q2m rev:17`."""
    title: str
    questions: tuple[Question, ...]
    submit: str = "Save"
    leave: str = "Cancel"
    """On the button that sends nothing."""
    late: str = "I could not open the form in time. Nothing is lost: press the button to open it."
    opens: str = "Open the form"
    """What is said where the platform let no form be opened, and on the button that opens it."""


@dataclass(frozen=True, slots=True)
class Card:
    """Says that a message is the live card of a task, drawn at a revision."""

    task: str
    """The task's public id."""
    revision: int
    url: str = ""
    """The task's page, which says nothing of it; empty where there is none."""


class Tone(StrEnum):
    """What a task's state is like. Decoration: its words say everything."""

    WAITING = "waiting"
    ACTIVE = "active"
    LATE = "late"
    DONE = "done"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Entity:
    """A task in named values, for a platform that draws such a thing by itself. What is empty is
    not drawn."""

    id: str
    """Its public id."""
    url: str
    """Its page, which says nothing of it."""
    title: str
    status: str = ""
    tone: Tone = Tone.WAITING
    description: str = ""
    created_by: str = ""
    assignee: str = ""
    due_on: str = ""
    """`YYYY-MM-DD`, where it is due on a day."""
    due_at: int = 0
    """Seconds since 1970-01-01 UTC, where it is due at a time."""
    priority: str = ""
    more: tuple[Fact | Moment, ...] = ()
    """Whatever else there is to say; each has a label."""
    changed: int = 0
    """When it changed last, in seconds since 1970-01-01 UTC."""


@dataclass(frozen=True, slots=True)
class Pane:
    """What whoever opened the details of a task sees there, and nobody else: the task with what can
    be done to it; or where they make themselves known first; or in words why they see nothing."""

    entity: Entity | None = None
    buttons: tuple[Button, ...] = ()
    connect: str = ""
    """An address for anybody: it opens their chat with the bot."""
    title: str = ""
    text: str = ""
    """In words: what else came of it, beside the task; or why there is none."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """Says that a message shows a link attempt as it stands: it is edited to what comes of it."""

    attempt: str
    """The attempt's public id."""
    state: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file that goes with a message of our own. Only jobs send one: an answer is kept until it is
    delivered, and what is in a file is not."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    """A few characters: a day, a number."""
    value: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart that goes with a message of our own, as a `Document` does; each platform draws it in
    its own colours. What it means is said in the message: no word stands in a picture."""

    name: str
    """Of the file."""
    bars: tuple[Bar, ...]
    alt: str
    """The same in words, for whoever does not see it."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What somebody who types to the bot elsewhere may pick, to be said there in their name."""

    id: str
    """At most 64 bytes: the verb that picking it says in private, with what was typed (`add`); or,
    for what is only shown, anything else, once in an answer."""
    title: str
    detail: str
    reply: Reply
    """What is then said there: words and links, and no buttons."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What somebody who types to the bot elsewhere may pick."""

    suggestions: tuple[Suggestion, ...] = ()
    way: str = ""
    """Words on a button above, which leads to the private chat with the bot; empty for none."""


class Audience(StrEnum):
    """Who may read a reply."""

    PRIVATE = "private"
    """Only the person who is answered, wherever they wrote."""
    HERE = "here"
    """Everybody in the chat."""


@dataclass(frozen=True, slots=True)
class Home:
    """What somebody's Home tab shows, from the top; it replaces what is there."""

    parts: tuple[Reply, ...]
    """Drawn one after the other, by what is read of them: title to buttons."""
    identity: int
    """Whose it is, as a row."""
    version: int
    """Which drawing of it this is (`core/homes.py`); 0 where none is counted."""
    rest: str = ""
    """What is said at the end where the platform has no room for all of it."""


@quick
@dataclass(frozen=True, slots=True)
class Reply:
    """Whatever we say, drawn in this order: title, text, facts, items, hints, buttons.

    In answer to a press the reply replaces the pressed message, unless `fresh` is set, or unless it
    is private and the pressed message is not: then it is a message of its own to the person.
    It does so by an edit, or with `instead` by a deletion.
    A reply with only a `toast` changes no message.
    """

    text: str = ""
    title: str = ""
    struck: bool = False
    """Draw the title struck through: done or cancelled."""
    facts: tuple[Fact | Moment, ...] = ()
    items: tuple[Item, ...] = ()
    hints: tuple[Hint, ...] = ()
    buttons: tuple[tuple[Button | Menu | Link, ...], ...] = ()
    form: Form | None = None
    """Show this form (only where `Inbound.forms`); nothing else is drawn with it."""
    toast: str = ""
    """A sentence for the person who pressed, gone by itself."""
    card: Card | None = None
    prompt: Prompt | None = None
    home: Home | None = None
    """What the Home tab of whoever is answered shows from now on, beside the message, if there is
    one. It is sent directly only, never kept: `core/homes.py` sees to it that it is drawn."""
    pane: Pane | None = None
    """What the details of the task show from now on, to whoever looks at them. It is sent directly
    only, never kept, and nothing but a toast goes with it."""
    entity: Entity | None = None
    """The same as the rest says, where that is what is shown below a link to a task."""
    step: str = ""
    """The public id of a step that waits for somebody else (`core/billing_steps.py`): this message
    is edited to what comes of it."""
    document: Document | None = None
    picture: Picture | None = None
    audience: Audience = Audience.PRIVATE
    silent: bool = False
    """Delivered without a sound."""
    fresh: bool = False
    """Always a message of its own, even in answer to a press."""

    replaces: str = ""
    """The message of ours (`Sent.message`) that this one takes the place of, where none was
    pressed."""

    instead: str = ""
    """Where it is not empty, nothing is redrawn: this is a message of its own, and the one that it
    takes the place of is deleted once this one is there, so that no old button and no old code is
    left above it. Where the platform keeps that one, it says this sentence from then on. What
    others read, too, is left as it is."""

    unsay: bool = False
    """Delete what the person wrote in a group, where the platform lets us: it was a secret."""

    note: str = ""
    """A sentence for everybody in the chat, once a private answer has reached its reader in
    another one."""

    headline: str = ""
    """Drawn in place of the title: what just came of it, as in "Added #42 Buy milk"."""

    @property
    def heading(self) -> str:
        """What is drawn above the text."""
        return self.headline or self.title

    @property
    def drawn(self) -> bool:
        """Whether there is a message to send or edit, beside a toast or a form."""
        return bool(self.text or self.title or self.items or self.facts)

    @property
    def edited_later(self) -> bool:
        """Whether it has to be known where the message is, since it will be edited."""
        return bool(self.card or self.prompt or self.step)

    @property
    def empty(self) -> bool:
        """Whether there is nothing at all to show: no message, no form, no toast."""
        return not (self.drawn or self.form or self.toast)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that a platform accepted."""

    address: Address
    message: str
    """Names the message for edits and replies; only its adapter reads it."""
