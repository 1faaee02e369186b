"""English, as data: words and what they stand for (`bot/quickadd/vocabulary.py`)."""

from __future__ import annotations

WORDS = {
    "mon": "mon monday", "tue": "tue tues tuesday", "wed": "wed weds wednesday",
    "thu": "thu thur thurs thursday", "fri": "fri friday", "sat": "sat saturday",
    "sun": "sun sunday", "mons": "mons mondays", "tues": "tuesdays", "weds": "wednesdays",
    "thus": "thursdays", "fris": "fridays", "sats": "saturdays", "suns": "sundays",
    "jan": "jan january", "feb": "feb february", "mar": "mar march", "apr": "apr april",
    "may": "may", "jun": "jun june", "jul": "jul july", "aug": "aug august",
    "sep": "sep sept september", "oct": "oct october", "nov": "nov november",
    "dec": "dec december", "today": "today 2day tdy", "tonight": "tonight tonite 2nite",
    "tomorrow": "tomorrow tmr tmrw tmw tmro tomo tomoz 2moro 2mrw 2morrow tomorow tommorow "
    "tommorrow tomorrrow",
    "overmorrow": "overmorrow", "yesterday": "yesterday", "after": "after",
    "minute": "m min mins minute minutes", "hour": "h hr hrs hour hours", "day": "d day days",
    "week": "w wk wks week weeks", "fortnight": "fortnight fortnights",
    "month": "month months", "year": "y yr yrs year years",
    "weekday": "weekday workday", "weekdays": "weekdays workdays", "weekend": "weekend",
    "weekends": "weekends", "morning": "morning", "noon": "noon midday noontime",
    "afternoon": "afternoon arvo", "evening": "evening", "night": "night", "midnight": "midnight",
    "eod": "eod cob", "eow": "eow", "eom": "eom", "eoy": "eoy", "end": "end", "next": "next nxt",
    "this": "this", "coming": "coming upcoming", "by": "by until till til due", "on": "on",
    "at": "at @", "around": "around", "before": "before", "in": "in within", "of": "of",
    "the": "the",
    "now": "now", "from": "from", "starting": "starting", "a": "a an", "half": "half",
    "quarter": "quarter", "past": "past", "to": "to", "oclock": "o'clock oclock", "am": "am a.m",
    "pm": "pm p.m", "every": "every each", "other": "other", "last": "last", "first": "first",
    "second": "second", "third": "third", "fourth": "fourth", "and": "and &",
    "daily": "daily everyday", "weekly": "weekly", "monthly": "monthly",
    "yearly": "yearly annually", "fortnightly": "fortnightly", "remind": "remind reminder",
    "me": "me", "ahead": "prior early earlier beforehand", "1": "one", "2": "two", "3": "three",
    "4": "four", "5": "five", "6": "six", "7": "seven", "8": "eight", "9": "nine", "10": "ten",
    "11": "eleven", "12": "twelve",
}  # fmt: skip
"""What a word stands for -> how it is written."""

COUNTS = {
    "13": "thirteen", "14": "fourteen", "15": "fifteen", "16": "sixteen", "17": "seventeen",
    "18": "eighteen", "19": "nineteen", "20": "twenty", "25": "twenty-five", "30": "thirty",
    "40": "forty", "45": "forty-five", "50": "fifty", "60": "sixty", "90": "ninety",
}  # fmt: skip
"""Numbers that count, but are no hour: "invite around twenty", "in twenty minutes"."""

SHORT: dict[str, str] = {}
"""Abbreviations that are words elsewhere, as `WORDS`."""

JOINED = (
    "the a an of for from to and or with about than last past since after my your our their "
    "his no not is was are were vs called between during through until before black good "
    "cyber easter palm ash giving super fat bloody freaky ruby bowl starting like"
)
"""Behind these a date belongs to the sentence: "enjoy the sun", "plan for friday"."""

NUMBERED = (
    "part parts step chapter ch version ver v page pages p exercise section sec lesson "
    "episode ep season room no nr number issue invoice receipt order ticket case ref question "
    "verse john luke mark matthew psalm "
    "genesis romans python ubuntu java node debian ios android macos windows release figure "
    "table vol volume level size ratio score scores scored won lost scale "
    "odds dilute diluted mix mixed build model pay usd eur gbp chf about only costs cost price"
)
"""Behind these a bare number, fraction or ratio is no date: "version 24.11", "John 3:16"."""

OBJECT = (
    "with w/ from for to and or at by of about like than without via between as on in into "
    "under over after before near behind cc vs & + ask call ring phone tell email mail e-mail "
    "text ping message msg dm remind meet thank pay invite write visit help see contact "
    "answer reply chase nudge interview congratulate greet join follow brief onboard "
    "introduce update show give send lend owe hug feed bring catch is was has"
)
"""Behind these a name is part of the sentence, not who does the task: "call @bob"."""

GOES_ON = "and or to till until through thru vs & of never 's is isn't was are will works"
"""Before these a date at the beginning is part of the sentence: "Monday to Friday"."""

SUBJECTS = "i we he she they who"
"""Behind these `sat` and `wed` are verbs."""

MEASURES = (
    "inch inches in zoll mm cm m ft foot feet yard yards mile miles cup cups pint pints gallon "
    "tsp tbsp teaspoon teaspoons tablespoon tablespoons liter liters litre litres l ml oz lb lbs "
    "pound pounds kg g scale"
)
"""Before these a fraction is one: "11/16 inch"."""

POLITE = "please pls plz thanks thx ty ok okay"
"""What may stand behind a date."""

MORNING = "breakfast brunch sunrise wake wakeup alarm"
"""With these a bare hour is of the morning."""

EVENING = (
    "dinner supper drinks beers cocktails party movie cinema concert theatre theater opera "
    "gig sunset bedtime"
)
"""With these it is of the evening."""

PRIORITIES = {
    "high": "high hi h 1 urgent", "medium": "medium med m normal 2", "low": "low lo l 3",
}  # fmt: skip
