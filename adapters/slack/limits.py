"""Slack's limits. Lengths are in characters, counted as UTF-16 units to be on the safe side.

Source: the validators of slack_sdk 3.47's models, unless another is named.
"""

MESSAGE_BLOCKS = 50
MODAL_BLOCKS = 100
HOME_BLOCKS = 100
HOME_TEXT = 24_000
"""All texts of a Home tab together: nobody reads more."""
VIEW_BYTES = 250_000
"""Of JSON, counted in ASCII to be on the safe side
(https://docs.slack.dev/reference/methods/views.publish)."""
HEADER_TEXT = 150
SECTION_TEXT = 3000
MESSAGE_TEXT = 12_000
"""All block texts of a message together: what a `markdown` block may hold. Above about 13,000
Slack answers `msg_blocks_too_long`."""
FALLBACK_TEXT = 4000
"""The `text` beside the blocks (https://docs.slack.dev/reference/methods/chat.update)."""
CONTEXT_ELEMENTS = 10
ACTIONS_ELEMENTS = 25
BUTTON_LABEL = 75
BUTTON_VALUE = 2000
URL = 3000
MODAL_TITLE = 24
"""Of a modal's title, submit and close each."""
PRIVATE_METADATA = 3000
INPUT_LABEL = 2000
"""Of an input block's label and hint each."""
INPUT_TEXT = 3000
"""The largest `max_length` of a plain_text_input, so also of its initial value."""
SELECT_OPTIONS = 100
OPTION_LABEL = 75
OPTION_VALUE = 150
OVERFLOW_OPTIONS = 5
ACTION_ID = 255
