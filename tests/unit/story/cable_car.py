"""One made-up event as thirty outlets would tell it within a day, and 2,000 other entries of that day."""

import random
from collections.abc import Iterator

# Title and summary, in the order of publication.
THIRTY_OUTLETS = (
    ("Six killed as cable car plunges into gorge near Innsbruck", "A cable car carrying tourists fell into a gorge near the Austrian city of Innsbruck on Wednesday after a haul rope snapped, killing six people, police in Tyrol said."),
    ("Cable car crash near Innsbruck kills six", "Six people died when a cable car fell into a gorge close to Innsbruck, Austria, on Wednesday morning. Police in Tyrol said a haul rope had snapped."),
    ("Austria: six dead in cable car accident near Innsbruck", "Six tourists were killed on Wednesday when their cable car plunged into a gorge near Innsbruck in Tyrol, Austrian police said. A snapped rope is thought to be the cause."),
    ("Six dead after cable car falls into gorge in Austria", "A cable car with tourists on board fell into a gorge near Innsbruck in the Tyrol after its haul rope snapped, police said. Six people were killed."),
    ("Cable car plunges into Austrian gorge, killing 6", "INNSBRUCK, Austria - A cable car packed with tourists plunged into a gorge near Innsbruck on Wednesday, killing six people, after a haul rope snapped, Tyrol police said."),
    ("Six people killed in Austria cable car disaster", "Rescuers recovered six bodies from a gorge near Innsbruck after a cable car carrying tourists fell when its haul rope snapped on Wednesday, police in Tyrol said."),
    ("Tourists die as cable car rope snaps near Innsbruck", "Police in Tyrol said six tourists had been killed when the haul rope of a cable car snapped and it plunged into a gorge near Innsbruck on Wednesday."),
    ("BREAKING: Six killed in cable car crash near Innsbruck, Austria", "Tyrol police say six people have been killed after a cable car fell into a gorge near Innsbruck. The haul rope snapped on Wednesday morning."),
    ("Innsbruck cable car crash: six tourists killed", "A haul rope snapped and sent a cable car with tourists into a gorge outside Innsbruck on Wednesday. Six were killed, according to police in the Tyrol."),
    ("Six tourists killed when cable car falls in Austrian Alps", "The cable car plunged into a gorge near Innsbruck, in the state of Tyrol, on Wednesday after a haul rope snapped, police said. All six killed were tourists."),
    ("At least six dead in cable car accident in Tyrol", "A cable car fell into a gorge near Innsbruck on Wednesday when a haul rope snapped. Police in Tyrol confirmed that six tourists had died."),
    ("Cable car falls into gorge near Innsbruck; 6 dead", "Six people are dead after a cable car carrying tourists fell into a gorge near the Austrian city of Innsbruck. Police in Tyrol said its haul rope snapped."),
    ("Six die in Austrian cable car plunge", "A snapped haul rope sent a cable car full of tourists into a gorge near Innsbruck on Wednesday, killing six, the police in Tyrol said."),
    ("Cable car tragedy in Austria leaves six dead", "A haul rope snapped near Innsbruck on Wednesday and a cable car plunged into a gorge. Six tourists were killed, Tyrol police told reporters."),
    ("Six confirmed dead in Innsbruck cable car crash - Alpine Post", "Police in Tyrol confirmed that six tourists were killed on Wednesday when a cable car fell into a gorge near Innsbruck after a haul rope snapped."),
    ("UPDATE 2-Six killed after cable car rope snaps in Austria", "A cable car fell into a gorge near Innsbruck on Wednesday after its haul rope snapped, killing six tourists, police in the Austrian state of Tyrol said."),
    ("Snapped rope blamed for Austrian cable car crash that killed six", "Six tourists died when a cable car plunged into a gorge near Innsbruck on Wednesday. Police in Tyrol said that the haul rope had snapped."),
    ("Austrian cable car accident kills six tourists", "Six tourists have been killed in a cable car accident near Innsbruck. The car plunged into a gorge on Wednesday when a haul rope snapped, Tyrol police said."),
    ("Six killed in cable car accident in Austrian Alps | The Courier", "Police in Tyrol said a cable car fell into a gorge near Innsbruck on Wednesday after a haul rope snapped. Six tourists were killed."),
    ("Deadly cable car crash near Innsbruck: six victims", "Six tourists were killed near Innsbruck on Wednesday as a cable car fell into a gorge. A haul rope had snapped, according to Tyrol police."),
    ("Death toll at six in Austria cable car crash", "The six dead in the cable car crash near Innsbruck were all tourists, police in Tyrol said. A haul rope snapped on Wednesday and the car plunged into a gorge."),
    ("Cable car with tourists crashes near Innsbruck, six dead", "A haul rope snapped on Wednesday, and a cable car with tourists plunged into a gorge near Innsbruck in Tyrol, police said. Six of them are dead."),
    ("Cable car drops into gorge in Tyrol, killing six", "Six tourists were killed when a cable car dropped into a gorge near Innsbruck on Wednesday. The haul rope snapped, police in Tyrol said."),
    ("Six holidaymakers killed as Austrian cable car crashes", "A cable car plunged into a gorge near Innsbruck on Wednesday after a haul rope snapped; six holidaymakers were killed, said police in Tyrol."),
    ("Six Tourists Killed In Cable Car Crash Near Innsbruck", "Six tourists were killed Wednesday when a cable car plunged into a gorge near Innsbruck, Austria. Tyrol police said a haul rope snapped."),
    ("Cable car falls near Innsbruck, Austria, killing six: police", "Tyrol police said six tourists were killed when a haul rope snapped and their cable car fell into a gorge near Innsbruck on Wednesday."),
    ("Rope failure sends cable car into gorge in Austria, 6 killed", "The haul rope of a cable car near Innsbruck snapped on Wednesday. The car with tourists plunged into a gorge, killing six, police in Tyrol said."),
    ("Six dead, two hurt in cable car crash near Innsbruck", "Two people survived with injuries and six were killed when a cable car plunged into a gorge near Innsbruck on Wednesday. A haul rope snapped, police in Tyrol said."),
    ("Rope snaps, cable car falls: six dead near Innsbruck", "Six tourists were killed when a cable car plunged into a gorge near Innsbruck on Wednesday. Police in the Austrian state of Tyrol said a haul rope had snapped."),
    ("Cable car plunge in the Alps kills six; snapped rope suspected", "A haul rope is thought to have snapped before a cable car plunged into a gorge near Innsbruck on Wednesday, killing six tourists, Tyrol police said."),
)  # fmt: skip

# Parts of other headlines. Each list has 47 of them, a prime, so that two headlines share one part at most.
WHO = """
Dutch farmers|Mayor Okafor|Striking pilots|Bank of Ghana|Chess champion Tanaka|Wildlife rangers|Judge Lindqvist|Hospital nurses
Carmaker Vento|Opposition leader Haddad|Court in Utrecht|Film director Costa|Border guards|Chief scientist Mbeki|Shipyard Norlund
Bishop Larsen|School pupils|Coach Romero|Coal miners|Pop star Ilvy|Satellite firm Orbex|Novelist Petrov|Beekeepers|Tax inspectors
Goalkeeper Novak|Railway company Brema|Astronaut Silva|Fishermen|Museum of Bergen|Software maker Kitewell|Senator Weber|Bakers
Firefighters|Prosecutor Duval|Cyclist Rossi|Winegrowers|Grain traders|Ambassador Nguyen|Marathon runner Abebe|Landlords|Weather service
Harbour pilots|Sculptor Kowalski|Publishers|Watchmaker Altor|Zoo of Basel|Stage actors
"""
DOES = """
halt work over wage cuts|unveil plan for night trains|warn of empty reservoirs|sue insurer for damages|win prize for clean energy
vote on merger offer|find rare orchids|reveal secret diaries|seek higher ticket prices|cancel spring tour|discover buried coins
sign treaty on whales|raise money for orphans|lose licence after audit|test driverless tractors|open archive to the public
break record for longest swim|publish letters from exile|withdraw recalled toys|demand stricter gun laws|share recipe for black bread
protest against new runway|train rescue dogs|sell stake in airline|report stolen violins|double solar output|study melting glaciers
repair mediaeval clock|lower interest rate again|host refugees from islands|ban plastic bottles|delay moon mission|face bribery inquiry
restore flooded chapel|plant thousand oaks|count migrating storks|launch cheaper tablet|hire retired teachers|drop asylum appeal
paint bridge in blue|settle copyright dispute|search lake for wreck|praise vaccine campaign|tighten mortgage rules|mourn old elephant
collect used batteries|charge fee for beaches
"""
WHERE = """
near Tampere|in Porto suburb|on Danish coast|at Geneva summit|before Easter holiday|despite heavy snow|after computer failure|in Nairobi slum
along Mekong delta|at request of parliament|behind closed doors|in front of cameras|across Andean villages|with help of volunteers
under pressure from unions|at Cannes festival|during power outage|for third year running|without government support|in Kyoto garden
on remote Atlantic island|ahead of budget debate|as euro weakens|over fears of fraud|in letter to pope|at Olympic stadium|after ferry delays
in Canadian wilderness|on anniversary of uprising|at Lagos conference|following leaked memo|in wake of cyberattack|on Sicilian farm
with robot assistant|amid rising rents|at Polish border|after royal visit|in former prison|on social media|at world expo|in Texas desert
before audience of children|as oil slumps|under ancient aqueduct|after referendum defeat|at Mumbai market|on frozen canal
"""


def parts(text: str) -> list[str]:
    return [part for line in text.strip().split("\n") for part in line.split("|")]


def other_entries(count: int) -> Iterator[tuple[str, str]]:
    """Yield titles and summaries of `count` events, at most 2,209. Any two share one part of three at most."""
    who, does, where = parts(WHO), parts(DOES), parts(WHERE)
    assert len(who) == len(does) == len(where) == 47
    chance = random.Random(1)
    for number in range(count):
        one, two = divmod(number, 47)
        title = f"{who[one]} {does[two]} {where[(one + two) % 47]}"
        others = ", and ".join(" ".join(map(chance.choice, (who, does, where))) for _ in range(3))
        yield title, f"{title}, it was announced on Wednesday. Elsewhere {others}."
