// What the page itself says about people and chats.

export const PLATFORMS = { telegram: "Telegram", slack: "Slack" };

/** A chat's name on its tab. */
export function labelOf(chat) {
  if (chat.private) return "Fluxbot";
  return chat.platform === "slack" ? `#${chat.title}` : chat.title;
}

/** What stands in a chat without messages. */
export function emptyWords(chat) {
  if (chat.platform === "slack") {
    return chat.private
      ? "Nothing here yet. Write a line and it becomes a task, or type /task to see what else there is."
      : "Nothing said here yet. To ask the bot, type /task or mention @fluxbot.";
  }
  return chat.private
    ? "Nothing here yet. Write a line, for example “Buy milk”, and it becomes a task."
    : "Nothing said here yet. To ask the bot, type / or mention @fluxbot.";
}

/** What the empty text field asks for. */
export function invitation(chat) {
  const commands = chat.platform === "slack" ? "/task …" : "/ for commands";
  return chat.private ? `A task, or ${commands}` : `Message, or ${commands}`;
}
