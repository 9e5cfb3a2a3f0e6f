"""Invented people and companies. Domains are those reserved for examples (RFC 2606)."""

FIRST = (
    "Ada", "Alba", "Amir", "Anja", "Arjun", "Aylin", "Bea", "Bruno", "Carla", "Cem", "Chiara", "Dana", "Dario",
    "Edda", "Elif", "Emil", "Esra", "Farid", "Fiona", "Gesa", "Goran", "Hana", "Henk", "Ida", "Ines", "Ivo",
    "Jana", "Joris", "Kaito", "Karim", "Kim", "Lena", "Leo", "Lucia", "Mara", "Mika", "Milan", "Nadia", "Noor",
    "Odile", "Olek", "Paula", "Pia", "Priya", "Rafa", "Rina", "Rosa", "Sami", "Selma", "Sven", "Tara", "Theo",
    "Uma", "Vera", "Wanda", "Xenia", "Yuki", "Yusuf", "Zoe", "Zora",
)  # fmt: skip
LAST = (
    "Abendroth", "Almqvist", "Barrow", "Bellini", "Brandt", "Castell", "Dahlberg", "Demir", "Eklund", "Ferrant",
    "Fontane", "Garner", "Hallberg", "Hayashi", "Holm", "Iversen", "Jansen", "Kaplan", "Keller", "Kowal", "Lind",
    "Lorenz", "Marchetti", "Mehta", "Moreau", "Nakata", "Norden", "Okafor", "Oliveira", "Petrov", "Quist",
    "Ramos", "Rossi", "Sandoval", "Sato", "Seidel", "Sharma", "Solberg", "Tanaka", "Thorne", "Ulrich", "Varga",
    "Vidal", "Weber", "Winter", "Yilmaz", "Zeman", "Ziegler",
)  # fmt: skip
COMPANY_FIRST = (
    "Amber", "Birch", "Cobalt", "Dune", "Elm", "Fjord", "Granite", "Harbour", "Indigo", "Juniper", "Kestrel",
    "Lantern", "Meadow", "North", "Opal", "Pebble", "Quarry", "River", "Sparrow", "Tundra", "Umbra", "Vale",
    "Willow", "Yarrow", "Zephyr",
)  # fmt: skip
COMPANY_LAST = (
    "Bakery", "Books", "Cycles", "Dental", "Foods", "Freight", "Gardens", "Interiors", "Labs", "Legal",
    "Logistics", "Media", "Optics", "Outdoor", "Partners", "Pharmacy", "Studios", "Supply", "Textiles", "Works",
)  # fmt: skip
