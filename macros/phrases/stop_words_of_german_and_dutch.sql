{# German and Dutch words that say nothing by themselves (`stop_words`). Apostrophes are typographic. #}
{% macro stop_words_of_german_and_dutch() -%}
    aan aangezien ab aber achter af al alle alleen allem allemaal allen aller alles als also altijd alvast am an ander andere anderen
    anderer anderes andern anders auch auf aus außer bedankt bei beim bekomme bekommen ben bent bereits beste bij bijna bijvoorbeeld
    bin binnen bis bisher bist bitte bloß boven buiten da daar daarom dabei dadurch dafür dag daher damen damit dan danach dank danke
    dann daran darauf daraus darf darin darum darüber das dass dat davon dazu de dein deine deinem deinen deiner dem den denen denn
    dennoch der deren des deshalb dessen deze dich die dies diese diesem diesen dieser dieses dir dit doch doe doen dort du durch dus
    dürfen ebenfalls echt een eens eerder eerst eigenlijk ein eine einem einen einer eines einfach einige einigen einmal elk elke en
    er erg erst es etwas euch euer eure eurem euren eurer even frau freundlich freundlichen für gaan gaat ganz geachte geehrte
    geehrten geehrter geen gegen gehabt geht gemacht genau gerade gern gerne gestern geweest gewesen gibt goed goede graag groeten
    grüße gut guten guter haar hab habe haben had hadden hallo hat hatte hatten heb hebben hebt heeft hem hen herr herren het heute
    hier hij hilfe hin hinter hoe hoi hun hätte hätten ich iemand iets ihm ihn ihnen ihr ihre ihrem ihren ihrer ik im immer in indem
    ins is ist ja je jede jedem jeden jeder jedes jemand jene jetzt jij jou jouw jullie kan kann kein keine keinem keinen keiner kon
    konden krijg krijgen kunnen kunt können könnt könnte könnten laat leider liebe lieber maar machen maken mal man meer meest mehr
    mein meine meinem meinen meiner men met mich mij mijn mir misschien mit moet moeten mogelijk mogen morgen muss muß möchte möchten
    möglich müssen na naar nach nachdem neben nein nicht nichts nie niet niets noch nog nu nun nur ob oder of ohne om omdat ondanks
    onder ons onze ook op over pas per schon sehr sein seine seinem seinen seiner seit selbst sich sie sind sinds so sobald sodass
    solche soll sollen sollte sollten sondern sonst später statt steeds te tegen terug toch toe tot tun tussen uit um und uns unser
    unsere unserem unseren unserer unter uw van vanaf vanwege veel via viel viele vielen vielleicht volgens vom von voor vor vraag
    vragen waar waarom wann wanneer want war waren warum was wat we weder weer wegen weil weiter wel welche welchem welchen welcher
    welches welke wenn wer werd werde werden weten wie wieder wieso wij wil will willen wir wird wirklich wo wollen word worden wordt
    wurde wurden wäre würde würden zal ze zeer zelf zich zij zijn zo zoals zodat zonder zou zouden zu zum zur zurück zwar zwischen
    über überhaupt
{%- endmacro %}
