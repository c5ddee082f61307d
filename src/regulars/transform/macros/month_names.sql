{#
  The names of months and their short forms, in many languages, as words.yaml has them. January first.
#}
{% macro month_names() -%}
    {{- return([
        [
            'january', 'jan', 'januar', 'jänner', 'janner', 'jaenner', 'janvier', 'janv', 'enero',
            'ene', 'gennaio', 'gen', 'januari', 'janeiro', 'styczeń', 'styczen', 'stycznia', 'sty',
            'январь', 'января', 'янв', 'leden', 'ledna', 'januára', 'januara', 'január', 'ianuarie',
            'ocak', 'tammikuu', 'tammikuuta', 'tammikuun', 'ιανουάριος', 'ιανουαριοσ', 'ιανουαρίου',
            'ιανουαριου', 'січень', 'січня', 'януари', 'jaanuar', 'janvāris', 'janvaris', 'janvārī',
            'janvari', 'sausio', 'sausis', 'gener'
        ],
        [
            'february', 'feb', 'februar', 'février', 'fevrier', 'févr', 'fevr', 'fév', 'fev',
            'febrero', 'febbraio', 'febr', 'februari', 'fevereiro', 'luty', 'lutego', 'lut',
            'февраль', 'февраля', 'фев', 'únor', 'unor', 'února', 'unora', 'februára', 'februara',
            'február', 'februarie', 'şubat', 'subat', 'helmikuu', 'helmikuuta', 'helmikuun',
            'φεβρουάριος', 'φεβρουαριοσ', 'φεβρουαρίου', 'φεβρουαριου', 'лютий', 'лютии', 'лютого',
            'февруари', 'veebruar', 'februāris', 'februaris', 'februārī', 'vasario', 'vasaris',
            'febrer'
        ],
        [
            'march', 'mar', 'märz', 'marz', 'mär', 'mrz', 'maerz', 'mars', 'marzo', 'maart', 'mrt',
            'março', 'marco', 'marzec', 'marca', 'март', 'марта', 'мар', 'březen', 'brezen',
            'března', 'brezna', 'március', 'marcius', 'martie', 'mart', 'maaliskuu', 'maaliskuuta',
            'maaliskuun', 'μάρτιος', 'μαρτιοσ', 'μαρτίου', 'μαρτιου', 'березень', 'березня',
            'märts', 'marts', 'martā', 'marta', 'kovo', 'kovas', 'març', 'marc', 'maret'
        ],
        [
            'april', 'apr', 'avril', 'avr', 'abril', 'abr', 'aprile', 'kwiecień', 'kwiecien',
            'kwietnia', 'kwi', 'апрель', 'апреля', 'апр', 'duben', 'dubna', 'apríla', 'aprila',
            'április', 'aprilis', 'aprilie', 'nisan', 'huhtikuu', 'huhtikuuta', 'huhtikuun',
            'απρίλιος', 'απριλιοσ', 'απριλίου', 'απριλιου', 'квітень', 'квітня', 'април', 'aprill',
            'aprīlis', 'aprīlī', 'aprili', 'balandžio', 'balandzio', 'balandis'
        ],
        [
            'may', 'mai', 'mayo', 'maggio', 'mag', 'mei', 'maio', 'maj', 'maja', 'май', 'маи',
            'мая', 'květen', 'kveten', 'května', 'kvetna', 'mája', 'május', 'majus', 'mayıs',
            'mayis', 'toukokuu', 'toukokuuta', 'toukokuun', 'μάιος', 'μαιοσ', 'μαΐου', 'μαιου',
            'травень', 'травня', 'maijs', 'maijā', 'maija', 'gegužės', 'geguzes', 'gegužė',
            'geguze', 'maig', 'maí'
        ],
        [
            'june', 'jun', 'juni', 'juin', 'junio', 'giugno', 'giu', 'junho', 'czerwiec', 'czerwca',
            'cze', 'июнь', 'июня', 'июн', 'červen', 'cerven', 'června', 'cervna', 'júna', 'juna',
            'június', 'junius', 'iunie', 'haziran', 'kesäkuu', 'kesakuu', 'kesäkuuta', 'kesakuuta',
            'kesäkuun', 'kesakuun', 'ιούνιος', 'ιουνιοσ', 'ιουνίου', 'ιουνιου', 'червень', 'червня',
            'юни', 'juuni', 'jūnijs', 'junijs', 'jūnijā', 'junija', 'birželio', 'birzelio',
            'birželis', 'birzelis', 'juny'
        ],
        [
            'july', 'jul', 'juli', 'juillet', 'juil', 'julio', 'luglio', 'lug', 'julho', 'lipiec',
            'lipca', 'lip', 'июль', 'июля', 'июл', 'červenec', 'cervenec', 'července', 'cervence',
            'júla', 'jula', 'július', 'julius', 'iulie', 'temmuz', 'heinäkuu', 'heinakuu',
            'heinäkuuta', 'heinakuuta', 'heinäkuun', 'heinakuun', 'ιούλιος', 'ιουλιοσ', 'ιουλίου',
            'ιουλιου', 'липень', 'липня', 'юли', 'juuli', 'jūlijs', 'julijs', 'jūlijā', 'julija',
            'liepos', 'liepa', 'juliol'
        ],
        [
            'august', 'aug', 'août', 'aout', 'aou', 'agosto', 'ago', 'augustus', 'sierpień',
            'sierpien', 'sierpnia', 'sie', 'август', 'августа', 'авг', 'srpen', 'srpna', 'augusta',
            'augusztus', 'ağustos', 'agustos', 'elokuu', 'elokuuta', 'elokuun', 'αύγουστος',
            'αυγουστοσ', 'αυγούστου', 'αυγουστου', 'серпень', 'серпня', 'augusti', 'augusts',
            'augustā', 'rugpjūčio', 'rugpjucio', 'rugpjūtis', 'rugpjutis', 'agost', 'agustus'
        ],
        [
            'september', 'sep', 'sept', 'septembre', 'septiembre', 'setiembre', 'settembre', 'set',
            'setembro', 'wrzesień', 'wrzesien', 'września', 'wrzesnia', 'wrz', 'сентябрь',
            'сентября', 'сен', 'сент', 'září', 'zari', 'septembra', 'szeptember', 'septembrie',
            'eylül', 'eylul', 'syyskuu', 'syyskuuta', 'syyskuun', 'σεπτέμβριος', 'σεπτεμβριοσ',
            'σεπτεμβρίου', 'σεπτεμβριου', 'вересень', 'вересня', 'септември', 'septembris',
            'septembrī', 'septembri', 'rugsėjo', 'rugsejo', 'rugsėjis', 'rugsejis', 'setembre'
        ],
        [
            'october', 'oct', 'oktober', 'okt', 'octobre', 'octubre', 'ottobre', 'ott', 'outubro',
            'out', 'październik', 'pazdziernik', 'października', 'pazdziernika', 'paź', 'paz',
            'октябрь', 'октября', 'окт', 'říjen', 'rijen', 'října', 'rijna', 'októbra', 'oktobra',
            'október', 'octombrie', 'ekim', 'lokakuu', 'lokakuuta', 'lokakuun', 'οκτώβριος',
            'οκτωβριοσ', 'οκτωβρίου', 'οκτωβριου', 'жовтень', 'жовтня', 'октомври', 'oktoober',
            'oktobris', 'oktobrī', 'oktobri', 'spalio', 'spalis'
        ],
        [
            'november', 'nov', 'novembre', 'noviembre', 'novembro', 'listopad', 'listopada', 'lis',
            'ноябрь', 'ноября', 'ноя', '十一月', 'novembra', 'noiembrie', 'kasım', 'kasim',
            'marraskuu', 'marraskuuta', 'marraskuun', 'νοέμβριος', 'νοεμβριοσ', 'νοεμβρίου',
            'νοεμβριου', 'листопад', 'листопада', 'ноември', 'novembris', 'novembrī', 'novembri',
            'lapkričio', 'lapkricio', 'lapkritis'
        ],
        [
            'december', 'dec', 'dezember', 'dez', 'décembre', 'decembre', 'déc', 'diciembre', 'dic',
            'dicembre', 'dezembro', 'grudzień', 'grudzien', 'grudnia', 'gru', 'декабрь', 'декабря',
            'дек', '十二月', 'prosinec', 'prosince', 'decembra', 'decembrie', 'aralık', 'aralik',
            'joulukuu', 'joulukuuta', 'joulukuun', 'δεκέμβριος', 'δεκεμβριοσ', 'δεκεμβρίου',
            'δεκεμβριου', 'грудень', 'грудня', 'декември', 'detsember', 'decembris', 'decembrī',
            'decembri', 'gruodžio', 'gruodzio', 'gruodis', 'desembre'
        ]
    ]) -}}
{% endmacro %}
