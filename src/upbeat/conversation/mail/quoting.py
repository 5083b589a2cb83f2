"""What the sender of a mail says newly: without what they quote, what they forward, and their signature.

Everything is decided on lines, each looked at a bounded number of times. What is cut away stands in the mail's body.
"""

import re
from typing import Final

_QUOTED: Final = re.compile(r"\s{0,3}>")
_SEPARATOR: Final = re.compile(
    r"\s*(?:-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|weitergeleitete nachricht|"
    r"message d'origine|message transféré|mensaje original|mensaje reenviado|messaggio originale|messaggio inoltrato|"
    r"oorspronkelijk bericht|doorgestuurd bericht|mensagem original|mensagem encaminhada|ursprungligt meddelande)"
    r"\s*-{2,}"
    r"|begin forwarded message:|anfang der weitergeleiteten nachricht:|début du message réexpédié\s*:)\s*",
    re.IGNORECASE,
)
_FROM: Final = re.compile(r"[*\s]*(?:from|von|de|da|van|från|fra|od|от|发件人|差出人)\s?:\**\s*\S", re.IGNORECASE)
_HEADER: Final = re.compile(
    r"[*\s]*(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|date|à|objet|enviado(?: el)?|fecha|para|asunto|"
    r"inviato|data|a|oggetto|verzonden|aan|onderwerp|enviada em|assunto|skickat|till|ämne|发送时间|收件人|主题)\s?:",
    re.IGNORECASE,
)
_HEADER_LINES: Final = 6  # from From to Subject, with a blank line or a Cc between
_OPENS: Final = re.compile(r"\s*(?:on|am|le|el|il|em|op|den|dnia)\b", re.IGNORECASE)
_WROTE: Final = re.compile(
    r"(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|napisał\(?a?\)?)\b.{0,200}:\s*$",
    re.IGNORECASE,
)
_ATTRIBUTION_LINES: Final = 3  # over which a mail reader wraps `On ... wrote:`
_DASHES: Final = re.compile(r"--\s?$")
_PHONE: Final = re.compile(
    r"\s*(?:sent (?:from|via) (?:my|outlook|yahoo|gmail|proton)|get outlook for|von meinem .{1,30} gesendet|"
    r"gesendet von|envoyé de(?:puis)? mon|enviado desde mi|inviato da(?:l mio)?|verzonden vanaf mijn)\b.{0,60}$",
    re.IGNORECASE,
)
_SIGN_OFF: Final = re.compile(
    r"\s*(?:(?:with )?(?:best|kind|warm|kindest|warmest|many)(?: (?:regards|wishes|thanks))?|regards|cheers|sincerely"
    r"|(?:yours )?(?:sincerely|truly|faithfully)|thanks|thank you|many thanks|thanks again|all the best|br|kr|"
    r"(?:viele|beste|liebe|herzliche|schöne) grüße|mit freundlichen grüßen|mfg|lg|vg|gruß|cordialement|bien à vous|"
    r"saludos(?: cordiales)?|un saludo|cordiali saluti|distinti saluti|met vriendelijke groet(?:en)?|"
    r"atenciosamente|med vänlig hälsning|med venlig hilsen)\s*[,.!\u2013-]?\s*",
    re.IGNORECASE,
)
_SIGNATURE_LINES: Final = 25  # with a disclaimer below it
_NAME_WORDS: Final = 5  # of the line below a sign-off
_POSTSCRIPT: Final = re.compile(r"\s*p\.?\s?s\.?\s?[:.,\u2013-]?\s", re.IGNORECASE)
_WRAPPED: Final = 60  # characters from which on a line that ends was most likely wrapped: mail readers wrap at 72


def newly_said(body: str) -> str:
    """Give what the sender wrote for this mail, its wrapped lines joined; empty where there is nothing."""
    lines = [line.rstrip() for line in body.splitlines()]
    return _joined(_without_signature(_without_quotes(lines)))


def _without_quotes(lines: list[str]) -> list[str]:
    kept = list[str]()
    at = 0
    while at < len(lines):
        line = lines[at]
        if _SEPARATOR.fullmatch(line) or _is_header(lines, at):
            break
        if wide := _attribution(lines, at):
            after = next((one for one in lines[at + wide :] if one.strip()), "")
            if not _QUOTED.match(after):  # quoted without signs: all that follows
                break
            at += wide
            continue
        if not _QUOTED.match(line):
            kept.append(line)
        at += 1
    return kept


def _is_header(lines: list[str], at: int) -> bool:
    """Whether the head of an earlier mail begins here, as Outlook writes it: From, and two more of its lines."""
    if not _FROM.match(lines[at]):
        return False
    return sum(_HEADER.match(one) is not None for one in lines[at + 1 : at + 1 + _HEADER_LINES]) >= 2


def _attribution(lines: list[str], at: int) -> int:
    """Give over how many lines `On ... wrote:` goes that begins here, 0 where none does."""
    if not _OPENS.match(lines[at]):
        return 0
    for wide in range(1, _ATTRIBUTION_LINES + 1):
        text = " ".join(lines[at : at + wide])
        if len(text) > 400 or (wide > 1 and not lines[min(at + wide, len(lines)) - 1].strip()):
            return 0
        if _WROTE.search(text[-240:]):
            return wide
    return 0


def _without_signature(lines: list[str]) -> list[str]:
    for at, line in enumerate(lines):
        if _DASHES.match(line) or _PHONE.match(line) or (_SIGN_OFF.fullmatch(line) and _signs(lines[at + 1 :])):
            return lines[:at] + _postscript(lines[at + 1 :])
    return lines


def _signs(left: list[str]) -> bool:
    """Whether what stands below a sign-off is a signature: a name, and not too much more; or nothing."""
    left = [one for one in left[: 2 * _SIGNATURE_LINES] if one.strip()]
    return not left or (len(left) <= _SIGNATURE_LINES and len(left[0].split()) <= _NAME_WORDS)


def _postscript(lines: list[str]) -> list[str]:
    """Give a postscript below a signature, to the end of its paragraph: it is said newly."""
    start = next((at for at, line in enumerate(lines) if _POSTSCRIPT.match(line)), len(lines))
    end = next((at for at in range(start, len(lines)) if not lines[at].strip()), len(lines))
    return ["", *lines[start:end]] if start < end else []


def _joined(lines: list[str]) -> str:
    """Join lines that were wrapped, so that a sentence stands on one; lists and short lines stay."""
    text = list[str]()
    wraps = False
    for line in lines:
        said = line.strip()
        if wraps and said and said[0] not in "-*•·" and not said[0].isdigit():
            text[-1] = f"{text[-1]} {said}"
        elif said or (text and text[-1]):
            text.append(said)
        wraps = len(said) >= _WRAPPED
    return "\n".join(text).strip()
