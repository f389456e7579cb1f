"""The people of the demo world: their names, and the addresses that follow from them."""

# ruff: noqa: RUF001 - a dotless i is as it should be in these names

from __future__ import annotations

import unicodedata

from teams.services import Person

PUPILS = """
Zoë Lindqvist, José Álvarez, Nguyễn Minh Anh, Łukasz Wójcik, Søren Bang, Amara Okonkwo, Priya Raman,
Oliver Whitfield, Chloé Marchand, Kwame Boateng, Yuki Tanaka, Isla Farquhar, Mateusz Żak,
Fatima El Idrissi, Noah Sutherland, Ewa Kowalska, Diego Muñoz, Aoife Brennan, Tariq Hussain,
Lena Größl, Hamza Yıldız, Freya Aldridge, Jiho Park, Beatriz Conceição, Samuel Adeyemi, Ines Novák,
Callum Reid, Thảo Lê Phương, Anastasia Volkova, Benjamin Ashworth, Mei Lin Chua, Radek Šimek,
Grace Mwangi, Théo Lefèvre, Harriet Pemberton, Arjun Mehta, Sofía Ibáñez, Ebbe Kjær, Niamh Ó Briain,
Jamal Whitaker, Katarína Hudáková, Elliot Barnes, Ayşe Demir, Florence Nkrumah, Viktor Ståhl,
Leila Haddad, Rhys Morgan, Daria Ionescu, Tomás Ferreira, Hanna Mäkelä, Ibrahim Diallo,
Poppy Ellsworth, Kenji Morimoto, Agnieszka Dąbrowska, Marcus Thornton, Salma Benali, Joaquín Peña,
Ottilie Grant, Wei Zhang, Emilia Sandoval, Cormac Doyle, Nadia Petrova, Felix Baumgärtner,
Roisin Gallagher, Abdi Warsame, Clara Østergaard, Dylan Pryce, Mariam Nazari, Stefan Đorđević,
Eleni Papadaki, Gabriel Osei, Ruby Castleton, Hugo Lindgren, Ananya Iyer, Jack Tremblay,
Lucía Navarro, Bartosz Górski, Imogen Hale, Tunde Balogun, Signe Holm, Pavel Červenka,
Alice Merritt, Rohan Kapoor, Camille Rousseau, Owen Fairclough, Zainab Qureshi, Milo Andersson
"""

EVENING = """
Margaret Holloway, Dmitri Sokolov, Rosa Giménez, Alan Prescott, Ngozi Eze, Peter Vågen,
Sunita Desai, Terrence Boyle, Halina Maciąg, Carlos Brandão, Joyce Amoah, Bernard Quill
"""

STAFF = """
Ingrid Sørensen, Anthony Clarke, Farah Siddiqui, Gwen Llewellyn, Paulo Teixeira, Judith Abrams,
Marek Urban, Olivia Sands, Keith Rowntree, Shu-Fen Hsu, Déborah Klein, Colm Hegarty, Bettina Vogt
"""

CLIENTS = """
Hank Delgado, Renée Fontaine, Tyrone Banks, Ursula Krämer, Vijay Nair, Siobhán Casey, Emre Aydın,
Latoya Simmons, Grzegorz Pawlak, Mónica Reyes, Walter Jensen, Kalani Akana, Teresa Bianchi,
Desmond Achebe, Ilse Verhoeven, Ray Kowalczyk, Bích Trần, Nora Sjöberg, Andre Beaumont,
Carmen Ortíz, Phil Hutchins, Dagny Iversen
"""

# Letters that Unicode does not take apart into a plain one and a mark.
PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "ß": "ss", "\u0131": "i"})


def people(names: str, domain: str) -> list[Person]:
    """Make people of a list of names; addresses are as a school's office would make them."""
    words = " ".join(names.split())
    return [Person(address(name, domain), name) for name in words.split(", ")]


def address(name: str, domain: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.lower().translate(PLAIN))
    letters = "".join(
        each for each in decomposed if each.isascii() and (each.isalpha() or each in " -")
    )
    first, *_, last = letters.split()
    return f"{first}.{last}@{domain}"
