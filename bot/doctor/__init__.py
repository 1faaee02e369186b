"""`fluxbot doctor`: what is wrong with the set-up, and how to mend it."""

from bot.doctor.examining import doctor, examine
from bot.doctor.finding import Finding, State

__all__ = ["Finding", "State", "doctor", "examine"]
