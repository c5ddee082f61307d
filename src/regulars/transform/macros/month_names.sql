{#
  The names of months and their short forms, in many languages, as words.yaml has them. January first.
#}
{% macro month_names() -%}
    {{- return([
        [
            'january', 'jan', 'januar', 'jänner', 'janner', 'jaenner', 'janvier', 'janv', 'enero',
            'ene', 'gennaio', 'gen', 'januari', 'janeiro', 'styczeń', 'styczen', 'stycznia', 'sty',
            'январь', 'января', 'янв'
        ],
        [
            'february', 'feb', 'februar', 'février', 'fevrier', 'févr', 'fevr', 'fév', 'fev',
            'febrero', 'febbraio', 'febr', 'februari', 'fevereiro', 'luty', 'lutego', 'lut',
            'февраль', 'февраля', 'фев'
        ],
        [
            'march', 'mar', 'märz', 'marz', 'mär', 'mrz', 'maerz', 'mars', 'marzo', 'maart', 'mrt',
            'março', 'marco', 'marzec', 'marca', 'март', 'марта', 'мар'
        ],
        [
            'april', 'apr', 'avril', 'avr', 'abril', 'abr', 'aprile', 'kwiecień', 'kwiecien',
            'kwietnia', 'kwi', 'апрель', 'апреля', 'апр'
        ],
        [
            'may', 'mai', 'mayo', 'maggio', 'mag', 'mei', 'maio', 'maj', 'maja', 'май', 'маи', 'мая'
        ],
        [
            'june', 'jun', 'juni', 'juin', 'junio', 'giugno', 'giu', 'junho', 'czerwiec', 'czerwca',
            'cze', 'июнь', 'июня', 'июн'
        ],
        [
            'july', 'jul', 'juli', 'juillet', 'juil', 'julio', 'luglio', 'lug', 'julho', 'lipiec',
            'lipca', 'lip', 'июль', 'июля', 'июл'
        ],
        [
            'august', 'aug', 'août', 'aout', 'aou', 'agosto', 'ago', 'augustus', 'sierpień',
            'sierpien', 'sierpnia', 'sie', 'август', 'августа', 'авг'
        ],
        [
            'september', 'sep', 'sept', 'septembre', 'septiembre', 'setiembre', 'settembre', 'set',
            'setembro', 'wrzesień', 'wrzesien', 'września', 'wrzesnia', 'wrz', 'сентябрь',
            'сентября', 'сен', 'сент'
        ],
        [
            'october', 'oct', 'oktober', 'okt', 'octobre', 'octubre', 'ottobre', 'ott', 'outubro',
            'out', 'październik', 'pazdziernik', 'października', 'pazdziernika', 'paź', 'paz',
            'октябрь', 'октября', 'окт'
        ],
        [
            'november', 'nov', 'novembre', 'noviembre', 'novembro', 'listopad', 'listopada', 'lis',
            'ноябрь', 'ноября', 'ноя', '十一月'
        ],
        [
            'december', 'dec', 'dezember', 'dez', 'décembre', 'decembre', 'déc', 'diciembre', 'dic',
            'dicembre', 'dezembro', 'grudzień', 'grudzien', 'grudnia', 'gru', 'декабрь', 'декабря',
            'дек', '十二月'
        ]
    ]) -}}
{% endmacro %}
