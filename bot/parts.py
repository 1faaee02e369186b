"""What the service is made of: every part, made and given what it needs, before anything moves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp
import orjson
from aiohttp import web

from adapters.client_address import networks
from adapters.connections import Connector
from adapters.engine.database import prepare
from adapters.engine.dbos_engine import DbosEngine
from adapters.slack.install_pages import App, InstallPages
from adapters.slack.platform import SlackPlatform
from adapters.telegram import TelegramPlatform
from bot.billing import Billing, billing_of, sales_of
from bot.browsing import BrowserWords
from bot.clock import WallClock
from bot.conversation import Conversation
from bot.courier import Courier
from bot.greeting import Greeting
from bot.hall import Hall
from bot.installs import InstallBook, vault_of
from bot.manifest import scopes_of
from bot.masks import Masks
from bot.metrics import Metrics
from bot.opening import opens
from bot.pages import Front
from bot.roles import Role
from bot.settings import Settings
from bot.sharing import Alone, Together, sharing
from bot.suggesting import Suggesting
from bot.tokens import Tokens
from bot.unread import UnreadMessages
from bot.upkeep import desk_of
from core.desk import Desk
from core.ids import Ids
from core.own_workspace import OwnWorkspace
from core.ports import ChatPlatform
from core.signup import Signup
from core.site import Site as WebSite
from core.store import Store, Tools, open_store


@dataclass(slots=True)
class Parts:
    """What is made before anything moves."""

    role: Role
    shared: Alone | Together
    engine: DbosEngine
    store: Store
    metrics: Metrics
    courier: Courier
    talk: Conversation
    telegram: TelegramPlatform | None
    slack: SlackPlatform | None
    front: Front
    billing: Billing | None
    desk: Desk
    installs: Callable[[Callable[[], str]], list[web.RouteDef]]
    """The pages by which workspaces install the app, if they do, given where this site is."""


async def make_parts(
    stack: AsyncExitStack, settings: Settings, tokens: Tokens, role: Role
) -> Parts:
    """Make every part and give each what it needs; `stack` takes them down in reverse."""
    url = settings.database_url
    await asyncio.to_thread(prepare, url)
    shared = await stack.enter_async_context(sharing(url, tokens.telegram.partition(":")[0]))
    engine = DbosEngine(url=url, executor_id=shared.process, leases=shared.leases)
    clock, where, own = WallClock(), WebSite(), OwnWorkspace()
    desk = desk_of(settings, clock)
    store = open_store(
        url,
        Tools(
            clock,
            engine,
            Ids(settings.secret_key()),
            process=shared.process,
            signup=Signup(settings.signup),
            site=where,
            own=own,
            sales=sales_of(settings, tokens.polar),
            desk=desk,
        ),
    )
    stack.push_async_callback(store.close)
    connector = Connector(limit=200)
    timeout = aiohttp.ClientTimeout(total=15, connect=5)
    jar = aiohttp.DummyCookieJar()  # what one person's sign-in sets never goes with another's
    session = await stack.enter_async_context(
        aiohttp.ClientSession(
            connector=connector, timeout=timeout, cookie_jar=jar, json_serialize_bytes=orjson.dumps
        )
    )
    metrics = Metrics()
    platforms: dict[str, ChatPlatform] = {}
    courier = Courier(
        store=store,
        platforms=platforms,
        pacer=shared.pacer,
        metrics=metrics,
        waiting=engine.waiting,
    )
    talk = Conversation(store=store, courier=courier, metrics=metrics)
    unread = UnreadMessages(store, metrics)
    book = InstallBook(store, vault_of(settings)) if tokens.slack_client_id else None
    telegram, slack = _platforms(
        settings, tokens, session, talk, unread, store=store, book=book, own=own
    )
    alone = role is Role.ALL  # then what has no token is played by the sandbox
    billing = billing_of(tokens.polar, store, metrics, clock, shared.process)
    if billing:
        stack.push_async_callback(billing.gateway.close)
    parts = Parts(
        role=role, shared=shared, engine=engine, store=store, metrics=metrics, courier=courier,
        talk=talk,
        telegram=telegram if alone or not settings.telegram_sandbox else None,
        slack=slack if alone or not settings.slack_sandbox else None,
        front=Front(settings, store, courier, session, clock, where),
        billing=billing,
        desk=desk,
        installs=_installer(settings, tokens, book, session),
    )  # fmt: skip
    platforms |= {each.name: each for each in (parts.telegram, parts.slack) if each}
    return parts


def _platforms(
    settings: Settings,
    tokens: Tokens,
    session: aiohttp.ClientSession,
    talk: Conversation,
    unread: UnreadMessages,
    *,
    store: Store,
    book: InstallBook | None,
    own: OwnWorkspace,
) -> tuple[TelegramPlatform, SlackPlatform]:
    telegram = TelegramPlatform(
        token=tokens.telegram,
        base_url=tokens.telegram_base_url,
        session=session,
        receive=talk.receive,
        keep_unread=unread.keep,
        on_chat=talk.present,
        on_moved=talk.moved,
        on_joined=Greeting(store).joined,
        on_member=Hall(store).member,
        on_masked=Masks(store).said,
        suggest=Suggesting(store).suggest,
    )
    slack = SlackPlatform(
        bot_token=tokens.slack,
        signing_secret=tokens.slack_signing_secret,
        app_token=tokens.slack_app_token,
        base_url=tokens.slack_base_url,
        session=session,
        receive=talk.receive,
        keep_unread=unread.keep,
        command=settings.slack_command,
        opens=opens,
        book=book,
        own=own,
        on_chat=talk.present,
        on_member=Hall(store).member,
        objects=settings.shows_objects,
    )
    return telegram, slack


def _installer(
    settings: Settings, tokens: Tokens, book: InstallBook | None, session: aiohttp.ClientSession
) -> Callable[[Callable[[], str]], list[web.RouteDef]]:
    """The pages by which workspaces install our Slack app; none without a book."""
    if book is None:
        return lambda here: []
    app = App(
        client_id=tokens.slack_client_id,
        client_secret=tokens.slack_client_secret,
        scopes=scopes_of(settings),
        base_url=tokens.slack_base_url,
        command=settings.slack_command,
    )
    trusted = networks(settings.trusted_proxies)
    return lambda here: InstallPages(
        app, book, session, here, spoken=BrowserWords(), trusted=trusted
    ).routes()
