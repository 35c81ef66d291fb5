"""English."""

from monitor.story.words.lexicon import Lexicon, Table, calendar, numbered, phrases, words

ENGLISH = Lexicon(
    function=words("""
        a about after again against ahead al all also am amid among an and another any are around as at away back be because been before being between both
        but by can could d despite did do does doing down due during each else ever every few first for from further get gets getting
        give given go goes going got had has have having he her here hers him himself his how i if in into is it its itself just least like ll made
        make makes making many may me might more most much must my near new now of off on once only or other others our out over own per put
        same set sets she should since so some soon still such take takes than that the their them then there these they this those
        through to today too toward towards under until up upon us very via was we were what when where which while who whom whose
        why will with would yet you your
        according amp announce announced announces announcing authorities breaking latest news official officials report reported reportedly reporting reports said say saying
        says source sources tell tells told update updated
    """),
    numbers=numbered("""
        one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
    """, range(1, 20))
    | numbered("twenty thirty forty fifty sixty seventy eighty ninety", range(20, 100, 10))
    | numbered("second third fourth fifth sixth seventh eighth ninth tenth", range(2, 11)),
    dates=calendar(
        "monday/mon tuesday/tue/tues wednesday thursday/thu/thurs friday/fri saturday sunday",
        "january/jan february/feb - april/apr - june july august/aug september/sept/sep october/oct november/nov december/dec",
    ),
    negations=words("""
        not no never without cannot cant dont doesnt didnt isnt wasnt wont wouldnt arent hasnt havent nobody none neither nor
    """),
    formats=phrases("""
        live blog, liveblog, live updates, live coverage, as it happened, minute by minute, briefing, round up, roundup, recap
        explainer, explained, what we know, things to know, need to know, what to know, at a glance, q a, quiz, crossword, horoscope
        podcast, newsletter, in pictures, in pics, image of the day, picture of the day, photo of the day, quote of the day
        must reads, news summary, news in brief, summary for, the papers, front pages, match report, fact check, factbox
        week in review, year in review, on this day, weather forecast, how to watch, betting tips, best of, top 10, key takeaways
    """),
    sections=words("""
        analysis blog cartoon column comment commentary editorial explainer gallery highlights interview letter letters live obituary
        opinion perspective photos pictures preview profile quiz review timeline
    """),
    states=Table({
        "session/open": "open opens opened opening",
        "session/close": "close closes closed closing end ends ended",
        "move/up": "rise rises rising rose risen higher gain gains gained climb climbs climbed soar* jump* surge surges surged rally rallies rallied strengthen*",
        "move/down": "fall falls falling fell fallen lower drop* slump* plunge* tumbl* slide* sink* declin* weaken* dip dips",
        "move/flat": "mixed flat unchanged steady",
        "case/arrested": "arrest arrests arrested detain* custody",
        "case/charged": "charged indict*",
        "case/tried": "trial tried testif*",
        "case/convicted": "convict convicts convicted guilty",
        "case/acquitted": "acquit* cleared exonerat* not_guilty",
        "case/sentenced": "sentenc* jailed",
        "case/released": "free freed frees releas* bail bailed",
        "clinic/in": "hospitali* admitted taken rushed",
        "clinic/out": "releas* discharg*",
        "answer/yes": """agree* accept* approv* back backs backed backing endors* pass passes passed uphold* upheld confirm* allow*
            order orders ordered grant* permit*""",
        "answer/no": "reject* refus* deny denies denied denial* veto* oppos* dismiss* overturn* block blocks blocked turns_down turned_down ban bans banned",
        "force/on": "impose imposes imposed imposing tighten* extend*",
        "force/off": "lift lifts lifted lifting ease eases eased easing scrap* suspend*",
        "run/begin": "begin begins began begun beginning start starts started launch*",
        "run/end": "end ends ended ending finish* conclud*",
        "run/stop": "cancel* postpon* delay* halt* calls_off called_off puts_off",
        "tie/join": "join joins joined joining",
        "tie/leave": "leave leaves leaving left quit quits withdraw*",
        "find/lost": "missing vanish* disappear*",
        "find/found": "found rescue* recover*",
        "side/north": "north northern", "side/south": "south southern",
        "side/east": "east eastern", "side/west": "west western",
        "life/alive": "survive survives survived", "life/dead": "dead die dies died dying death deaths",
    }),
    aspects=Table({
        "death": "dead die dies died dying death deaths kill kills killed killing killings murder* slain deadly lethal fatal fatally executed massacre* drown*",
        "reaction": """apologi* backlash condemn* critici* defend defends defended demand* denounc* hails hailed mourn* outrage prais* react reacts reacted reaction* respond responds
            responded response slam slams slammed tribute* welcom*""",
        "plan": """consider considers considered considering could due expect* fear fears feared hope hopes likely may might mulls mulled mulling must plan plans planned planning
            poised prepar* propos* seek* set_to should threat* urge urges urged urging calls_for calls_on want wants weigh weighs weighed weighing will would""",
    }),
    same=Table({
        "dead": "dead die dies died dying death deaths kill kills killed killing killings slain murder* fatal fatally fatalities deadly lethal",
        "hurt": "hurt hurts injur* wound wounds wounded casualt*",
        "quake": "quake* earthquake* temblor*", "jail": "jail* prison*",
        "arrest": "arrest* detain* nab nabs nabbed", "charge": "charg* accus* indict*",
        "win": "win wins won winning clinch* victory victories victorious triumph*",
        "quit": "quit quits resign* steps stepping stepped", "hit": "hit hits strike strikes struck rock rocks rocked batter* slam*",
        "army": "army armies military troop troops forces soldier*",
        "chief": "chief chiefs boss bosses head heads leader leaders ceo chair chairman chairwoman",
        "premier": "pm premier* prime", "former": "former ex", "probe": "probe probes investigat* inquir*",
        "talks": "talk talks negotiat*", "truce": "truce* ceasefire*", "plane": "plane planes jet jets aircraft airliner* airplane*",
        "begin": "begin* began begun start starts started starting launch*", "blast": "blast* explosion* explod*",
        "bomb": "bomb bombs bombing* bomber* bombed", "back": "back backs backed backing support* endors*",
        "market": "stock stocks share shares market markets", "free": "free frees freed releas* discharg*",
        "rise": "rise rises rising rose higher gain gains gained climb climbs climbed", "fall": "fall falls falling fell lower drop* slump* tumbl*",
        "pick": "pick picks picked name names named choos* chose appoint*", "steal": "steal* stole* theft snatch* robb*",
        "row": "row dispute* feud*", "film": "film films movie movies", "court": "court courts judge judges justice justices",
        "shoot": "shoot* shot shots gunman gunmen gunfire gunshot", "protest": "protest* demonstrat* rally rallies",
        "vote": "vote votes voted voting election* elect elects elected poll polls ballot*",
        "deal": "deal deals agreement* accord* pact pacts", "visit": "visit* trip trips travel*",
        "marry": "marry marri* weds wedding*", "rescue": "rescu* save saves saved", "bailout": "bailout*",
        "fire": "fire fires blaze* ablaze burn burns burning", "promise": "vow* pledg* promis*", "praise": "hails hailed prais*",
        "child": "child children kid kids", "reporter": "reporter* journalist* photojournalist*",
        "police": "police policeman policemen officer officers cop cops", "defence": "defence defense", "centre": "center centre",
        "billion": "billion bn b", "million": "million mn m", "percent": "percent pct", "republican": "gop republican*",
        "prisoner": "prisoner* inmate* detainee*", "strong": "strong stronger strongest powerful massive", "offer": "offer* propos*",
        "claim": "claim* accusation* allegation*", "home": "home homes house houses", "illness": "disease* illness*",
        "warn": "warn*", "storm": "storm* hurricane* typhoon*",
    }),
    nations=Table({
        "us": "usa america american americans", "uk": "uk britain british briton britons", "eu": "eu european europe",
        "australia": "australia* aussie*", "austria": "austria*", "china": "china chinese", "japan": "japan*", "russia": "russia*",
        "france": "france french", "germany": "german germans germany", "italy": "italy italian*", "spain": "spain spanish spaniard*",
        "turkey": "turkey turkish turk turks", "greece": "greece greek*", "india": "india indian indians", "indonesia": "indonesia*",
        "pakistan": "pakistan* pak", "iran": "iran*", "iraq": "iraq*", "israel": "israel*", "palestine": "palestin*", "gaza": "gaza*",
        "syria": "syria*", "egypt": "egypt*", "libya": "libya*", "afghanistan": "afghan*", "korea": "korea*", "thailand": "thai*",
        "ukraine": "ukrain*", "poland": "poland polish", "sweden": "sweden swed*", "norway": "norway norwegian*",
        "denmark": "denmark danish dane danes", "finland": "finland finnish finn finns", "netherlands": "netherlands dutch",
        "belgium": "belgium belgian*", "switzerland": "switzerland swiss", "ireland": "ireland irish",
        "scotland": "scotland scottish scots", "wales": "wales welsh", "england": "england english", "portugal": "portug*",
        "brazil": "brazil*", "argentina": "argentin*", "chile": "chile chilean*", "peru": "peru peruvian*", "mexico": "mexic*",
        "cuba": "cuba cuban*", "venezuela": "venezuela*", "colombia": "colombia*", "canada": "canad*", "nigeria": "nigeria*",
        "kenya": "kenya*", "sudan": "sudan*", "mali": "mali malian*", "senegal": "senegal*", "algeria": "algeria*",
        "tunisia": "tunisia*", "morocco": "morocc*", "lebanon": "lebanon lebanese", "jordan": "jordan*", "yemen": "yemen*",
        "saudi": "saudi*", "qatar": "qatar*", "bahrain": "bahrain*", "bangladesh": "bangladesh*", "sri lanka": "lanka*",
        "nepal": "nepal*", "myanmar": "myanmar burm*", "vietnam": "vietnam*", "philippines": "philippin* filipin*",
        "malaysia": "malaysia*", "singapore": "singapor*", "taiwan": "taiwan*", "kazakhstan": "kazakh*", "georgia": "georgia*",
        "hungary": "hungar*", "romania": "romania*", "bulgaria": "bulgari*", "serbia": "serbia* serb serbs", "croatia": "croat*",
        "cyprus": "cypr*", "ethiopia": "ethiopia*", "somalia": "somali*", "zimbabwe": "zimbabw*", "zambia": "zambia*",
        "uganda": "uganda*", "rwanda": "rwand*", "congo": "congo*", "ghana": "ghana*", "haiti": "haiti*", "czechia": "czech*",
        "maldives": "maldiv*", "cambodia": "cambodia*", "mongolia": "mongolia*", "belarus": "belarus*", "moldova": "moldov*",
        "ecuador": "ecuador*", "bolivia": "bolivia*", "uruguay": "uruguay*", "paraguay": "paraguay*", "panama": "panama*",
        "guatemala": "guatemala*", "honduras": "hondura*", "el salvador": "salvadoran*", "nicaragua": "nicaragua*", "jamaica": "jamaica*",
        "slovakia": "slovak*", "slovenia": "slovenia* slovene*", "estonia": "estonia*", "latvia": "latvia*", "lithuania": "lithuania*",
        "armenia": "armenia*", "azerbaijan": "azerbaijan* azeri", "uzbekistan": "uzbek*", "albania": "albania*", "kosovo": "kosov*",
        "bosnia": "bosnia*", "montenegro": "montenegr*", "macedonia": "macedonia*", "iceland": "iceland*", "malta": "malta maltese",
        "tanzania": "tanzania*", "mozambique": "mozambi*", "angola": "angola*", "cameroon": "cameroon*", "liberia": "liberia*",
        "eritrea": "eritrea*", "malawi": "malawi*", "namibia": "namibia*", "botswana": "botswana*", "madagascar": "madagasca*",
        "kuwait": "kuwait*", "oman": "oman omani omanis", "emirates": "uae emirates emirati*",
    }),
)  # fmt: skip
