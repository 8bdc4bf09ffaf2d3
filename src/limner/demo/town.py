"""The invented people of an invented town: names of many origins, mail addresses of a domain made for examples."""

from __future__ import annotations

import unicodedata
from collections import Counter

from limner.demo import Chance
from limner.people import Person

DOMAIN = "acme.example"  # RFC 2606 keeps .example for documentation
MOST = 100_000

# Two lines for each origin: given names, family names. A name in another script has its Latin spelling behind a slash.
_ORIGINS = """
Amelia Oliver Isla Harry Grace Thomas Ruby Arthur Florence Edmund
Ashworth Barlow Kendrick Pemberton Thackeray Whitlock Hargreaves Larkin Penrose Sedgwick

Zoë Jürgen Käthe Björn Annegret Günther Liesl Matthäus Renate Ulf
Müller Schröder Weiß Köhler Vögele Brandt Krüger Hüttner Lindner Jäger

Chloé Étienne Margaux Rémi Anaïs Loïc Hélène Benoît Maëlle Théo
Lefèvre Dupré Beaulieu Garçon Mercier Noël Châtelain Fournier Delacroix Rousseau

Søren Åsa Bjørg Håkon Sigríður Jón Ingeborg Øystein Þóra Mads
Ødegård Ångström Sæther Þorsteinsson Nygård Lindqvist Østergaard Halvorsen Kjær Bergström

Łukasz Małgorzata Jiří Žaneta Božena Ondřej Zsófia Győző Ágnes Radosław
Wiśniewski Dvořák Kováč Szabó Żeleński Nowak Hrušovský Bárány Říha Zieliński

Íñigo Begoña João Conceição Lucía Ramón Inês Gonçalo Nuria Andrés
Muñoz Ibáñez Peçanha Simões Olazábal Gutiérrez Magalhães Yáñez Araújo Quiñones

Chiara Niccolò Elena Ștefan Ioana Matteo Ilinca Fabrizio Luce Răzvan
Bellomo Țepeș Ferrante Constantinescu Marinello Brâncuș Castelli Ionescu Vivarelli Lupu

Όλγα/Olga Γιώργος/Giorgos Ελένη/Eleni Νίκος/Nikos Δανάη/Danai Σπύρος/Spyros
Παπαδάκης/Papadakis Βλάχος/Vlachos Οικονόμου/Oikonomou Καλλέργης/Kallergis Μανιάτης/Maniatis

Оксана/Oksana Богдан/Bohdan Мила/Mila Драган/Dragan Йоана/Yoana Тарас/Taras
Шевчук/Shevchuk Коваль/Koval Петровић/Petrovic Стоянов/Stoyanov Бондар/Bondar

Ayşe Çağlar Gülşen İlker Şule Oğuz Defne Kıvanç Ümit Yıldız
Yılmaz Öztürk Çelik Şahin Güneş Aydın Kılıç Doğan Karaca Ünal

Ngozi Kwame Adaeze Thabo Wanjikũ Olúṣẹ́gun Amara Sipho Zuri Kofi
Ọkọ́nkwọ Mensah Ndlovu Wambũi Adéyẹmí Okafor Dlamini Boateng Mũthoni Eze

Aarav Meera Kavya Rohan Ishaan Lakshmi Arjun Sunita Priya Dev
Iyer Banerjee Chaudhary Nair Deshpande Reddy Kapoor Mukherjee Pillai Sharma

Nguyệt Đức Phương Tuấn Siti Malik Ratu Quỳnh Bayu Dewi
Nguyễn Trần Phạm Đặng Santoso Wijaya Hoàng Vũ Halim Kusuma

Ximena Nahuel Quilla Amaru Yara Kauê Itzel Cuauhtémoc Leilani Kahu
Quispe Mamani Huanca Catrileo Tzoc Guaraní Kealoha Ngata Tamatea Xicoténcatl

ליאת/Liat יונתן/Yonatan שירה/Shira איתי/Itai נועה/Noa
אלמוג/Almog ברק/Barak שדה/Sadeh כרמי/Carmi

نور/Nour سلمى/Salma يوسف/Youssef ليلى/Layla کریم/Karim
حداد/Haddad الخطيب/Alkhatib منصور/Mansour بركات/Barakat

秀英/Xiuying 志明/Zhiming 美玲/Meiling 文華/Wenhua 建國/Jianguo
王/Wang 陳/Chen 林/Lin 趙/Zhao 黃/Huang

さくら/Sakura 健太/Kenta 美咲/Misaki 大輔/Daisuke ひかり/Hikari
佐藤/Sato 高橋/Takahashi 山本/Yamamoto 森/Mori

서연/Seoyeon 지훈/Jihun 하은/Haeun 민준/Minjun 유진/Yujin
박/Park 정/Jeong 최/Choi 윤/Yoon
"""
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "å": "aa", "þ": "th", "ð": "d", "ł": "l", "đ": "d", "ı": "i", "ä": "ae"}
    | {"ö": "oe", "ü": "ue"}
)
_TEAMS = ("Sales", "Research", "Finance", "People", "Support", "Legal")

Names = list[tuple[str, str]]  # as written, as a mail address spells it


def _names(text: str) -> Names:
    found = []
    for word in text.split():
        written, _, latin = word.partition("/")
        found.append((unicodedata.normalize("NFC", written), _plain(latin or written)))
    return found


def _plain(text: str) -> str:
    """Spell a name with the letters a to z alone."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower()).translate(_LETTERS)
    return "".join(char for char in unicodedata.normalize("NFKD", folded) if char.isascii() and char.isalpha())


_PEOPLES = [tuple(_names(line) for line in origin.splitlines()) for origin in _ORIGINS.strip().split("\n\n")]


def townsfolk(count: int, seed: int = 1) -> list[Person]:
    """Invent that many people (0 to 100,000); the same seed gives the same people, and fewer are the first of more.

    Everybody has a mail address of `acme.example` in ASCII, most a user name; some a second address (with their
    name as they write it) and a distinguished name. No name leads to two people. Raises ValueError.
    """
    if not 0 <= count <= MOST:
        raise ValueError(f"a town has 0 to {MOST} people, not {count}")
    taken: Counter[str] = Counter()
    return [_townsperson(Chance(f"{seed}/{number}"), taken) for number in range(count)]


def _townsperson(chance: Chance, taken: Counter[str]) -> Person:
    given_names, family_names = chance.pick("origin", _PEOPLES)
    given, given_plain = chance.pick("given", given_names)
    family, family_plain = chance.pick("family", family_names)
    local = _free(f"{given_plain}.{family_plain}", taken)
    uid = _free(f"{given_plain[0]}{family_plain}", taken)
    mails = [f"{local}@{DOMAIN}"]
    if chance.happens("second mail", 0.3):
        mails.append(
            f"{given}.{family}.{uid}@mail.{DOMAIN}" if chance.happens("own script", 0.5) else f"{uid}@{DOMAIN}"
        )
    team = chance.pick("team", _TEAMS)
    return Person.of(
        name=f"{given} {family}",
        mails=mails,
        uid=uid if chance.happens("uid", 0.8) else None,
        dn=f"uid={uid},ou={team},dc=acme,dc=example" if chance.happens("dn", 0.4) else None,
    )


def _free(name: str, taken: Counter[str]) -> str:
    """Give the name, with a number behind it if somebody has it already."""
    taken[name] += 1
    return name if taken[name] == 1 else f"{name}{taken[name]}"
