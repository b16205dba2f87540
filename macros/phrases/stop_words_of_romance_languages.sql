{# French, Spanish, Portuguese and Italian words that say nothing by themselves (`stop_words`). Apostrophes are typographic. #}
{% macro stop_words_of_romance_languages() -%}
    a abbiamo acerca ad además adiós agli agora ahora ai aide aider aie ainda aiutare aiuto ajuda ajudar al alcune alcuni algo alguien
    algum alguma algumas alguna algunas alguno algunos alguns alguém algún ali all’ alla alle allo allí alors altra altre altri altro
    além anche ancora anno ante antes ao aos apenas apesar appena après após aquel aquela aquele aquella aqui aquilo aquí as assai
    assez assim así atrás até au aucun aucune aunque aussi autre autres aux avais avait avant avec avere avete aveva avevo avez avoir
    avons ayer ayuda ayudar año aún bajo bastante beaucoup bem bene besoin bien bientôt bisogno boa boas bom bon bonjour bonsoir buen
    buena buenas bueno buenos buona buonasera buongiorno buono c’ c’est c’è cada cara caro casi ce ceci cela celle celles celui
    cependant ces cet cette ceux chaque che cher chez chi chère ci ciao cioè circa ciò coisa coisas col com come comme comment como
    comunque con conmigo conseguir consigo contra contro cortesia cosa cosas così cual cuales cualquier cuando cuanto cui cuál cuándo
    cuánto cómo d’ da dagli dai dal dall’ dalla dalle dans daquele das davvero de debe debería debo degli dei del dela dele dell’
    della delle dello dentro depois depuis dernier dernière des desde después dessa desse desta deste deux devez devrais devrait di
    dia dias dice dijo dire disso disto do dois doit donc donde dont dopo dos dove dovrebbe dovrei du dunque durante dès déjà día días
    dónde e ecco ed el ela elas ele eles ella ellas elle elles ellos em en encore enquanto entonces entre então era eran erano eres es
    esa esas ese eso esos essa essas esse essere esses est esta estaba estado estamos estar estas estava este estes esto estos estou
    estoy está están estão et eu eux fa faccio faire fais fait faites fatto faut favor favore faz fazer fica ficar fino foi fois foram
    forse fra fue fuera fueron fuori giorni giorno già gli gostaria gracias grande grazie grâce gustaría ha había hace hacer hacia
    haga hago hai han hanno hasta hay he hecho hemos hier ho hoje hola hoy há i ici ieri il ils in incluso infatti insieme invece io
    isso isto j’ j’ai je jour jusqu’ jusque juste já l’ la las le lei les leur leurs lhe lhes li lo logo loro lors lorsque los luego
    lui là lá m’ ma madame mai mais malgré mas me mediante meglio meio mejor melhor meno menos mentre merci mes mesmo meu meus mi mia
    mie miei mientras mieux minha minhas mio mis mismo modo moi moins molta molte molti molto momento mon monsieur muchas mucho muchos
    muita muitas muito muitos muy más mío n’ na nada nadie nas ne necesita necesitamos necesito negli nei nel nell’ nella nelle nello
    nem nenhum nenhuma nessun nessuna nessuno ni niente ninguna ninguém ningún no noches noi noite non nos nosotros nossa nossas nosso
    nossos nostra nostre nostri nostro notre nous nuestra nuestras nuestro nuestros num numa nunca não nè né nós nôtre o obrigada
    obrigado od oggi ogni ognuno oltre olá on onde ont ontem or ora ormai os otra otras otro otros ou oui outra outras outro outros où
    par para parce parece pas pela pelas pelo pelos pendant per perchè perché perciò pergunta pero peu peut peut-être peuvent peux
    piacere più plaît plus plusieurs poco pode podem podemos poder podría podrían poi poiché pois por porque porém possiamo possibile
    posso potete potrebbe potrei pouco pour pourquoi pourrais pourrait pourriez pouvez pouvoir pra precisa preciso pregunta prezada
    prezado prima primo proprio près puede pueden puedo pues puis puisque pure può qu’ quais qual qualche qualcosa qualcuno quale
    quali quand quando quanto quase quasi que quel quell’ quella quelle quelles quelli quello quelqu’ quelque quelques quels quem quer
    queria quero quería quest’ questa queste questi questo qui quien quiere quiero quindi quisiera quizás quién quoi qué rien riesco
    s’ sa sabe saber saludos salut salve sans sarebbe sarà savoir se sea según sei seja sem sembra sempre sendo senza ser sera serait
    será ses seu seulement seus si sia siamo sido siempre siete sim sin sino sob sobre sois soit solo somente sommes somos son sono
    sont sopra soprattutto sotto sou sous soy sta stata stati stato sto su sua suas subito sue sugli sui suis sul sull’ sulla sulle
    suo suoi sur sus svp são sé sì sí só sólo t’ ta tal tale también também tampoco tan tanto tarde tardes te tel tellement tem temos
    tenemos tener tengo tenho ter tes teve ti tiene tienen toda todas todavía todo todos toi ton toujours tous tout toute toutes tra
    tras trop troppo très tu tua tudo tue tuo tuoi tus tutta tutte tutti tutto tão têm tú um uma umas un un’ una unas une uno unos uns
    usted ustedes va vado vai vais vamos van varias varios veces ver vers veuillez veut veux vez vezes vi vir você vocês voi voici
    voilà voir volta vont vorrei vos vostra vostre vostri vostro votre vou voudrais vous voy vraiment vôtre y ya yo à às ça è é él
    étais était été êtes être
{%- endmacro %}
