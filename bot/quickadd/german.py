"""German, as data: words and what they stand for (`bot/quickadd/vocabulary.py`)."""

from __future__ import annotations

WORDS = {
    "mon": "montag", "tue": "dienstag", "wed": "mittwoch", "thu": "donnerstag", "fri": "freitag",
    "sat": "samstag sonnabend", "sun": "sonntag", "mons": "montags", "tues": "dienstags",
    "weds": "mittwochs", "thus": "donnerstags", "fris": "freitags", "sats": "samstags sonnabends",
    "suns": "sonntags", "jan": "januar jänner jän", "feb": "februar feber",
    "mar": "märz maerz mär mrz", "may": "mai", "jun": "juni", "jul": "juli", "oct": "oktober okt",
    "dec": "dezember dez", "today": "heute", "tomorrow": "morgen",
    "overmorrow": "übermorgen uebermorgen", "yesterday": "gestern", "minute": "minute minuten",
    "hour": "std stunde stunden", "day": "tag tage tagen tages", "week": "woche wochen",
    "month": "monat monate monaten monats", "year": "jahr jahre jahren jahres",
    "weekend": "wochenende", "weekday": "werktag arbeitstag", "morning": "früh frueh vormittag",
    "noon": "mittag mittags", "afternoon": "nachmittag", "evening": "abend abends",
    "night": "nacht", "midnight": "mitternacht", "eom": "monatsende", "eoy": "jahresende",
    "end": "ende", "next": "nächsten nächste nächster nächstes naechsten naechste nächstem",
    "this": "diesen diese dieses diesem",
    "coming": "kommenden kommende kommender kommendes",
    "by": "bis fällig spätestens", "um": "um", "in": "im", "around": "gegen", "before": "vor",
    "the": "dem den der des zum", "starting": "ab", "a": "ein eine einem einen einer",
    "half-to": "halb", "half": "halbe halben", "quarter": "viertel", "past": "nach",
    "oclock": "uhr",
    "every": "jeden jede jedes jeder alle", "last": "letzten letzter letztem",
    "first": "ersten erster", "second": "zweiten zweite", "third": "dritten", "fourth": "vierten",
    "and": "und u", "daily": "täglich taeglich", "weekly": "wöchentlich woechentlich",
    "monthly": "monatlich", "yearly": "jährlich jaehrlich", "weekdays": "werktags",
    "remind": "erinnere erinner erinnerung", "me": "mich", "ahead": "vorher davor", "2": "zwei",
    "3": "drei", "4": "vier", "5": "fünf fuenf", "6": "sechs", "7": "sieben", "8": "acht",
    "9": "neun", "10": "zehn", "11": "elf", "12": "zwölf zwoelf",
    "1": "eins",
}  # fmt: skip

COUNTS = {
    "13": "dreizehn", "14": "vierzehn", "15": "fünfzehn fuenfzehn", "16": "sechzehn",
    "17": "siebzehn", "18": "achtzehn", "19": "neunzehn", "20": "zwanzig",
    "25": "fünfundzwanzig", "30": "dreißig dreissig", "40": "vierzig", "45": "fünfundvierzig",
    "50": "fünfzig", "60": "sechzig", "90": "neunzig",
}  # fmt: skip

COMPOUND = {
    "morning": "morgen früh vormittag", "noon": "mittag", "afternoon": "nachmittag",
    "evening": "abend", "night": "nacht",
}  # fmt: skip
"""What joins a day of the week to one word: `freitagabend`."""

SHORT = {
    "mon": "mo", "tue": "di", "wed": "mi", "thu": "do", "fri": "fr", "sat": "sa", "sun": "so",
}  # fmt: skip

CAPITALS = {"weekend": "we"}
"""What is a word of another language unless it is in capitals: "am WE"."""

JOINED = (
    "der die das den dem des ein eine einen einem einer von vom für fuer zu zum zur und oder "
    "mit über ueber seit nach vor letzten letzter guten schönen kein keine im mein dein unser "
    "pro ab wie als"
)

NUMBERED = (
    "teil kapitel seite raum zimmer nummer nr aufgabe folge staffel übung mischung mischen "
    "verdünnen verhältnis maßstab stand spielstand ergebnis"
)

OBJECT = (
    "mit von für fuer zu an bei und oder über ueber nach vor aus frag frage fragen ruf rufe "
    "schreib schreibe sag sage triff treffen bitte erinnere hilf danke"
)

SUBJECTS = "ich wir er sie wer"

MEASURES = "zoll meter liter becher tasse tassen esslöffel teelöffel el tl pfund gramm kilo"

GOES_ON = "bis und oder ist war sind wird"

POLITE = "bitte danke"

MORNING = "frühstück fruehstueck brunch wecker aufstehen wecken"

EVENING = "abendessen kino konzert theater oper party feier feierabendbier stammtisch"

PRIORITIES = {"high": "hoch dringend wichtig", "medium": "mittel", "low": "niedrig"}

INFINITIVES = ("en", "ern", "eln")
"""How verbs end that stand last, behind the date: "Mama morgen anrufen"."""
