"""French."""

from monitor.story.words.lexicon import Lexicon, Table, calendar, numbered, phrases, words

FRENCH = Lexicon(
    function=words("""
        a afin ai alors apres au aucun aura aussi autre autres aux avant avec avoir c car ce ceci cela ces cet cette chez comme comment
        contre d dans de depuis des devant doit donc dont du elle elles en encore entre est et etait ete etre eux face fait faire
        font il ils j je jusqu l la le les leur leurs lors lui m ma mais malgre meme moins n nos notre nous nouveau nouveaux nouvel
        nouvelle nouvelles on ont ou par parmi pendant peut plus pour pourquoi pres qu quand que quel quelle qui s sa sans se selon
        sera ses si son sont sous sur t toujours tous tout toute tres trop un une va vers veut via voici voila vos votre vous y
        annonce affirme alerte source sources
    """),
    numbers=numbered("""
        deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize
    """, range(2, 17)) | numbered("vingt trente quarante cinquante soixante", range(20, 70, 10)),
    dates=calendar(
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "janvier fevrier - avril mai juin juillet aout septembre octobre novembre decembre",
    ),
    negations=words("ne non pas ni jamais aucun aucune personne rien"),
    formats=phrases("""
        en direct, direct video, minute par minute, ce que l on sait, ce qu il faut savoir, ce qu il faut retenir, l essentiel de
        revue de presse, en images, image du jour, le point sur, les infos a retenir, cinq choses a savoir, decryptage, podcast
        newsletter, quiz, horoscope, meteo du jour, compte rendu, resume du match, fact checking, le recap
    """),
    sections=words("""
        analyse chronique critique direct edito editorial entretien enquete images infographie interview opinion portrait reportage
        tribune verbatim
    """),
    states=Table({
        "session/open": "ouvre ouvrent ouverture ouvert", "session/close": "ferme ferment fermeture cloture cloturent",
        "move/up": "hausse augment* grimp* progress* bondi*", "move/down": "baisse chute* recul* plong*",
        "case/arrested": "arrete arretee arretes arrestation* interpell*", "case/charged": "inculp*",
        "case/convicted": "condamn* coupable", "case/acquitted": "acquitt* relax*", "case/released": "libere liberee liberes liberees liberation*",
        "answer/yes": "approuv* accept* valid* confirm* autoris* adopte*",
        "answer/no": "refus* rejet* interdit* oppos*", "run/begin": "debut* commenc* lanc*", "run/end": "fin termin* achev*",
        "run/stop": "reporte reportee reportes suspen* annul*", "find/lost": "disparu*", "find/found": "retrouv*",
        "side/north": "nord", "side/south": "sud", "side/east": "orient*", "side/west": "ouest",
        "life/alive": "surviv*", "life/dead": "mort morte morts mortes meurt decede* deces tue tues tuee tuees",
    }),
    aspects=Table({
        "death": "mort morte morts mortes meurt meurent mourir decede* deces tue tues tuee tuees tuer tuent assassin* mortel* cadavre*",
        "reaction": "condamne denonc* reagi* reaction* hommage* critiqu* salue deplor* indign*",
        "plan": "pourrait pourraient envisag* prevoi* souhait* menac* devrait devraient prepar* veut appelle demande",
    }),
    same=Table({
        "dead": "mort morte morts mortes meurt meurent mourir decede* deces tue tues tuee tuees tuer tuent assassin* mortel*",
        "hurt": "bless*", "quake": "seisme* tremblement", "arrest": "arrete arretee arretes arrestation* interpell*",
        "quit": "demission*", "win": "gagne* remport* victoire* vainqueur* triomph*", "vote": "vote votent election* scrutin elu elue",
        "attack": "attaque* attentat* assaut", "talks": "negoci* pourparlers discussion*", "truce": "treve cessez",
        "blast": "explosion* explos*", "fire": "incendi* feu feux", "police": "polic*", "protest": "manifest* protest*",
        "crash": "crash* ecras*", "million": "million*", "billion": "milliard*", "strike": "greve* grevist*", "premier": "premier*",
        "rise": "hausse augment*", "fall": "baisse chute*",
    }),
    nations=Table({
        "us": "usa americain* amerique", "uk": "britanni* royaume", "eu": "ue europe europeen*", "france": "france francais*",
        "germany": "allemag* allemand*", "russia": "russ*", "ukraine": "ukrain*", "china": "chine chinois*", "japan": "japon japonais*", "italy": "itali*",
        "spain": "espag*", "turkey": "turqu* turc turcs", "greece": "grec* grece", "poland": "polon*", "austria": "autrich*",
        "switzerland": "suisse*", "belgium": "belgique belge belges", "israel": "israel*", "palestine": "palestin*", "gaza": "gaza", "iran": "iran*",
        "iraq": "irak*", "syria": "syri*", "egypt": "egypt*", "india": "inde indien*", "pakistan": "pakistan*", "afghanistan": "afghan*",
        "brazil": "bresil*", "canada": "canad*", "australia": "austral*", "algeria": "algeri*", "morocco": "maroc*", "tunisia": "tunis*",
        "lebanon": "liban*", "mali": "mali malien*", "senegal": "senegal*", "korea": "coree coreen*", "haiti": "haiti*",
    }),
)  # fmt: skip
