"""Small word lists for names and goods: invented combinations, no real person or shop."""

from __future__ import annotations

FIRST_NAMES = (
    "Ada", "Alma", "Amir", "Anna", "Ben", "Bianca", "Carl", "Carmen", "Chloe", "Clara", "Daniel",
    "Dora", "Edgar", "Elena", "Emil", "Emma", "Erik", "Esther", "Fatima", "Felix", "Frida",
    "Gabriel", "Grace", "Greta", "Hannah", "Hugo", "Ida", "Igor", "Ines", "Ivan", "Jack", "Jana",
    "Joel", "Julia", "Karim", "Kate", "Lara", "Leo", "Lina", "Louis", "Lucy", "Marco", "Maria",
    "Mei", "Mila", "Nadia", "Nils", "Nora", "Oscar", "Otto", "Paula", "Peter", "Priya", "Ravi",
    "Rosa", "Ruth", "Samir", "Sofia", "Theo", "Tomas", "Vera", "Victor", "Wanda", "Yara",
)  # fmt: skip

LAST_NAMES = (
    "Abbott", "Ahmed", "Alvarez", "Archer", "Baker", "Bauer", "Becker", "Bell", "Blom", "Bright",
    "Brooks", "Castro", "Chen", "Cole", "Cruz", "Dahl", "Diaz", "Dixon", "Doyle", "Fischer",
    "Flores", "Ford", "Fox", "Garcia", "Gray", "Green", "Gupta", "Haas", "Hill", "Holm", "Hughes",
    "Ito", "Jansen", "Jones", "Kaya", "Keller", "Khan", "Kim", "King", "Klein", "Kowal", "Lang",
    "Lee", "Lopez", "Marsh", "Meyer", "Moore", "Mori", "Nash", "Nguyen", "Novak", "Olsen",
    "Ortiz", "Park", "Patel", "Perez", "Price", "Quinn", "Reed", "Reyes", "Rossi", "Ruiz",
    "Sato", "Scott", "Silva", "Singh", "Stone", "Sousa", "Tan", "Torres", "Vega", "Vogel",
    "Wagner", "Walsh", "Ward", "Weber", "West", "White", "Wolf", "Wong", "Young", "Zhang",
)  # fmt: skip

TOWNS = (
    "Ashford", "Bayview", "Brookside", "Cedar Falls", "Clearwater", "Eastport", "Elm Grove",
    "Fairview", "Foxborough", "Glendale", "Granite Bay", "Greenfield", "Harbor Point",
    "Hillcrest", "Kingsport", "Lakewood", "Maple Heights", "Midway", "Millbrook", "Northfield",
    "Oak Ridge", "Pine Valley", "Port Hope", "Red Rock", "Riverside", "Rosewood", "Sandy Creek",
    "Silver Lake", "Springdale", "Stonebridge", "Summit", "Sunnyvale", "Westbrook", "Willow Bend",
)  # fmt: skip

US_STATES = (
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN",
    "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH",
    "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT",
    "VT", "VA", "WA", "WV", "WI", "WY",
)  # fmt: skip

LOOKS = (
    "AMBER", "ANTIQUE", "BLUE", "BRASS", "CHEQUERED", "COPPER", "CREAM", "FELT", "FLORAL",
    "FOLDING", "FROSTED", "GLASS", "GREEN", "GREY", "IVORY", "LARGE", "LINEN", "MINI", "OAK",
    "PAINTED", "PINK", "RATTAN", "RED", "RUSTIC", "SILVER", "SMALL", "SPOTTED", "STRIPED",
    "TIN", "WHITE", "WICKER", "WOODEN",
)  # fmt: skip

MOTIFS = (
    "ACORN", "BEE", "BICYCLE", "BIRD", "CACTUS", "CIRCUS", "CLOUD", "DAISY", "FERN", "FOX",
    "GARDEN", "HEART", "HERON", "LEMON", "MOON", "OWL", "PEAR", "POPPY", "SAILOR", "STAR",
    "SWALLOW", "TULIP",
)  # fmt: skip

GOODS = (
    "APRON", "BASKET", "BOWL", "CAKE TIN", "CANDLE", "CARDS", "CLOCK", "COASTERS", "CUSHION",
    "DOORMAT", "EGG CUP", "FRAME", "GARLAND", "HOOK", "JAR", "JUG", "LANTERN", "LUNCH BOX",
    "MAGNET", "MUG", "NAPKINS", "NOTEBOOK", "PLATE", "POT", "RIBBON", "SIGN", "STOOL",
    "TEA TOWEL", "TOTE BAG", "TRAY", "VASE", "WRAP",
)  # fmt: skip
