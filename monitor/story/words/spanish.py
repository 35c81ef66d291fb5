"""Spanish."""

from monitor.story.words.lexicon import Lexicon, Table, calendar, numbered, phrases, words

SPANISH = Lexicon(
    function=words("""
        a ahora al algun alguna ante antes asi aun aunque cada casi como con contra cual cuando cuya cuyo da de del desde despues donde
        durante e el ella ellas ellos en entre era es esa ese eso esta estan estas este esto estos fue fueron ha haber habia hace
        hacia han hasta hay la las le les lo los mas me mediante mi mientras muy nos nueva nuevas nuevo nuevos o otra otras otro otros
        para pero por porque pues que quien se segun ser si sido sobre son su sus tambien tan tanto te tiene tienen todo todos tras
        tu u un una uno unos y ya dice dicen afirma anuncia asegura fuentes ultima hora menos
    """),
    numbers=numbered("""
        dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince
    """, range(2, 16)) | numbered("veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa", range(20, 100, 10)),
    dates=calendar(
        "lunes martes miercoles jueves viernes sabado domingo",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    ),
    negations=words("no ni nunca jamas nadie ningun ninguna ninguno nada sin tampoco"),
    formats=phrases("""
        en vivo, en directo, minuto a minuto, lo que sabemos, lo que se sabe, que se sabe, claves de, las claves, cinco claves
        resumen de, resumen del, en imagenes, foto del dia, imagen del dia, revista de prensa, portadas de, preguntas y respuestas
        pronostico del tiempo, horoscopo, podcast, boletin, quiz, cronica del partido, verificacion
    """),
    sections=words("""
        analisis columna critica cronica directo editorial entrevista fotogaleria fotos imagenes opinion perfil reportaje resena tribuna
    """),
    states=Table({
        "session/open": "abre abren apertura abierto", "session/close": "cierra cierran cierre cerrado",
        "move/up": "sube suben subir subida aument* crece* alza", "move/down": "baja bajan bajar caida cae caen descend* desplom*",
        "case/arrested": "detien* detenid* arrest* detencion*", "case/charged": "acusad* imputad* procesad*",
        "case/convicted": "condenad* condena culpable", "case/acquitted": "absuel* absolu*", "case/released": "liberad* liberan libera",
        "answer/yes": "aprueba* aprob* acepta* confirma* autoriza* respald*",
        "answer/no": "rechaz* niega* prohib* veto veta vetado vetada suspend*", "run/begin": "empiez* comienz* inicia inician inicio arranc*",
        "run/end": "termina terminan termino finaliz* acab*", "run/stop": "cancel* aplaz* pospon*", "find/lost": "desaparecid* desaparec*",
        "find/found": "hallad* hallan encontrad* encuentran rescatad*", "side/north": "norte", "side/south": "sur",
        "side/west": "oeste", "life/alive": "sobreviv*",
        "life/dead": "muer* fallec* murio",
    }),
    aspects=Table({
        "death": "muer* murio fallec* mata matan mato mataron asesin* mortal* cadaver*",
        "reaction": "denuncia* reaccion* critica* lament* homenaj* elogi* repudi*",
        "plan": "podria podrian planea* preve prepar* amenaz* quiere quieren pide piden busca* estudia estudian propon*",
    }),
    same=Table({
        "dead": "muer* murio fallec* mata matan mato mataron asesin* mortal*", "hurt": "herid* lesionad*",
        "quake": "terremot* sismo seismo temblor*", "arrest": "detien* detenid* arrest* detencion*", "quit": "renunci* dimit* dimision*",
        "win": "gana ganan gano ganador* victoria* triunf* vence", "vote": "vota votan voto votacion eleccion* elegid* comicios",
        "attack": "ataqu* ataca* atentad*", "talks": "negocia* dialog* conversacion*", "truce": "tregua* alto_el",
        "blast": "explosion* explot* estall*", "fire": "incendi* fuego", "police": "polic*", "protest": "protest* manifest*",
        "crash": "estrell* accident*", "million": "millon*", "strike": "huelg* paro",
        "rise": "sube suben subir subida aument*", "fall": "baja bajan bajar caida cae caen",
    }),
    nations=Table({
        "us": "eeuu usa estadounidens*", "uk": "britanic*", "eu": "ue europa europe*", "spain": "espan*", "france": "francia frances*",
        "germany": "aleman*", "russia": "rusia ruso rusos rusa rusas", "ukraine": "ucrani*", "china": "china chino chinos", "japan": "japon*",
        "italy": "italia*", "turkey": "turqu* turco*", "greece": "grecia grieg*", "israel": "israel*", "palestine": "palestin*",
        "gaza": "gaza", "iran": "iran iranies irani", "iraq": "irak iraqui*", "syria": "siria* sirio*", "egypt": "egipt*",
        "india": "india indio*", "pakistan": "pakist*", "afghanistan": "afgan*", "brazil": "brasil*", "argentina": "argentin*",
        "chile": "chile chilen*", "peru": "peru peruan*", "mexico": "mexic*", "cuba": "cuba cuban*", "venezuela": "venezol* venezuela",
        "colombia": "colombia*", "ecuador": "ecuador ecuatorian*", "bolivia": "bolivia*", "uruguay": "uruguay*", "paraguay": "paraguay*",
        "canada": "canad*", "portugal": "portug*", "morocco": "marruec* marroqui*", "korea": "corea*", "haiti": "haiti*",
    }),
)  # fmt: skip
