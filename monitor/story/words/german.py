"""German."""

from monitor.story.words.lexicon import Lexicon, Table, calendar, numbered, phrases, words

GERMAN = Lexicon(
    function=words("""
        ab aber alle als also am an auch auf aus ausser bei beim bis da damit dann das dass dem den denn der des die dies diese dieser
        doch durch ein eine einem einen einer eines er erst es etwa fur gegen gibt haben hat hatte hier hinter ihr ihre ihrem ihren im
        immer in ins ist ja jetzt kann kommt konnen konnte laut mehr mindestens mit muss mussen nach nahe neu neue neuem neuen neuer
        neues noch nun nur ob oder ohne rund sagt schon seht sei sein seine seinem seinen sich sie sind so soll sollen sowie trotz uber
        um und uns unter vom von vor wahrend war warnt was wegen weil weiter wenn wer werden wie wieder will wird wollen wurde wurden
        zu zum zur zwischen bericht berichte eilmeldung angaben
    """),
    numbers=numbered("""
        eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn
    """, range(1, 20)) | numbered("zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig", range(20, 100, 10)),
    dates=calendar(
        "montag dienstag mittwoch donnerstag freitag samstag/sonnabend sonntag",
        "januar/janner februar marz april mai juni juli august september oktober november dezember",
    ),
    negations=words("nicht kein keine keinem keinen keiner nie niemals niemand weder"),
    formats=phrases("""
        liveblog, live blog, liveticker, im ticker, newsblog, newsticker, im uberblick, im wortlaut, das wichtigste, was wir wissen
        bilder des tages, presseschau, pressestimmen, nachrichten des tages, kurz gemeldet, faktencheck, fragen und antworten
        wochenruckblick, jahresruckblick, spielbericht, wetterbericht, morgenbriefing, newsletter, podcast, horoskop, quiz
    """),
    sections=words("""
        analyse bilder chronik essay fotostrecke glosse interview kolumne kommentar leitartikel leserbriefe meinung nachruf portrat
        reportage rezension vorschau
    """),
    states=Table({
        "session/open": "eroffne* offne*", "session/close": "schliess* geschloss* beende* ende endet",
        "move/up": "steig* stieg* zulegen legt_zu wachst klettert", "move/down": "fallt fallen gefallen fiel sink* sank* schrumpf* bricht_ein",
        "case/arrested": "festgenommen verhaft* festnahme*", "case/charged": "angeklagt anklage", "case/convicted": "verurteil* schuldig",
        "case/acquitted": "freigesproch* freispruch", "case/released": "freigelass* freilass*",
        "clinic/in": "eingeliefert", "clinic/out": "entlassen",
        "answer/yes": "billig* genehmig* stimmt_zu zustimm* bestatig* erlaub*",
        "answer/no": "ablehn* abgelehnt lehnt verweiger* zuruckgewiesen verbiet* verbot*",
        "run/begin": "beginn* startet gestartet start", "run/stop": "abgesagt verschob* verschieb*",
        "find/lost": "vermisst* verschwunden", "find/found": "gefunden gerettet* geborgen",
        "side/north": "norden nord nordlich", "side/south": "suden sud sudlich", "side/east": "osten ost ostlich",
        "side/west": "westen west westlich", "life/alive": "uberleb*", "life/dead": "tot tote toten toter stirbt starb gestorben",
    }),
    aspects=Table({
        "death": "tot tote toten toter stirbt starb sterben gestorben getotet* totet ermord* todes* tod todlich* leiche*",
        "reaction": "kritisier* kritik trauer* reagier* reaktion* emport* gedenk* wurdig* begruss*",
        "plan": "plant planen plane droht drohen konnte konnten mochte fordert fordern erwag* erwart* soll sollen will wollen",
    }),
    same=Table({
        "dead": "tot tote toten toter stirbt starb sterben gestorben getotet* totet ermord* todes* tod todlich*",
        "hurt": "verletz*", "quake": "erdbeben beben", "arrest": "festgenommen festnahme* verhaft*",
        "quit": "zurucktret* rucktritt* zuruckgetret*", "win": "gewinn* gewann sieg* siegt triumph*", "vote": "wahl wahlen wahlt gewahlt",
        "attack": "angriff* angreif* attack* anschlag*", "talks": "gesprach* verhandl*", "truce": "waffenruhe waffenstillstand feuerpause",
        "blast": "explosion* explodier* detonation*", "fire": "feuer brand brande brannt brennt", "premier": "premier* ministerprasident*",
        "police": "polizei polizist*", "protest": "protest* demonstr* demo demos", "crash": "absturz* abgesturzt*",
        "million": "million* mio", "billion": "milliard* mrd", "strike": "streik*", "rise": "steig* stieg*", "fall": "sink* sank*",
    }),
    nations=Table({
        "us": "usa amerika* us", "uk": "grossbritannien brit*", "eu": "eu europa europaisch*", "germany": "deutsch*",
        "france": "frankreich* franzos*", "russia": "russland* russisch* russen", "ukraine": "ukrain*", "china": "china chines*",
        "japan": "japan*", "italy": "italien*", "spain": "spanien* spanisch*", "turkey": "turkei turkisch* turken", "greece": "griech*",
        "poland": "polen polnisch*", "austria": "osterreich*", "switzerland": "schweiz*", "israel": "israel*", "palestine": "palastin*",
        "gaza": "gaza*", "iran": "iran*", "iraq": "irak*", "syria": "syri*", "egypt": "agypt*", "india": "indien* indisch*",
        "pakistan": "pakistan*", "afghanistan": "afghan*", "brazil": "brasil*", "canada": "kanad*", "australia": "australi*",
        "sweden": "schwed*", "norway": "norweg*", "denmark": "danemark danisch*", "finland": "finnland finnisch*",
        "netherlands": "niederland*", "belgium": "belgi*", "hungary": "ungarn ungarisch*", "korea": "korea* sudkorea* nordkorea*",
    }),
    nouns_are_capital=True,
)  # fmt: skip
