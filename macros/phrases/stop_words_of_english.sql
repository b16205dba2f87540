{# English words that say nothing by themselves (`stop_words`). Apostrophes are typographic. #}
{% macro stop_words_of_english() -%}
    a able about above after again ago all almost already also although always am an and another any anybody anymore anyone anything
    anyway are aren’t around as ask asked asking assist assistance at away b back be became because become been before being below
    between both but by c called calling came can can’t cannot cant could couldn’t couldnt d dear did didn’t didnt do does doesn’t
    doesnt doing don’t done dont down during e each either else enough etc even ever every everybody everyone everything exactly f few
    first for from further g get gets getting give given gives go goes going gone gonna good got great guys h had has hasn’t hasnt
    have haven’t havent having he hello help helped helping her here here’s hers hey hi him his hope how how’s however i i’d i’ll i’m
    i’ve id if ill im in info information instead into is isn’t isnt it it’d it’ll it’s its itself ive j just k keep keeps kind kindly
    know l last least let let’s lets like likely ll look looking looks lot lots m made make makes making many may maybe me mean means
    might mine more most much must my myself n need needed needing needs neither never next no nobody none nor not nothing now o of
    off often oh ok okay on once one ones only or other others ought our ours out over own p part per perhaps please pls possible
    possibly put q question questions quick quickly quite r rather re really regarding right s said same say says see seem seems seen
    she should shouldn’t shouldnt show since so some somebody somehow someone something sometimes soon sorry still such sure t take
    taken takes tell than thank thanks that that’s thats the their theirs them then there there’s theres these they they’re thing
    things think this those though through thx till to today together told tomorrow tonight too toward towards tried tries try trying
    turn two u under unless until up upon ur us use used useful uses using usually v ve very via w wait wanna want wanted wants was
    wasn’t wasnt way we we’d we’ll we’re we’ve well went were weren weren’t what what’s whatever whats when whenever where where’s
    wheres whether which while who who’s whom whose why will wish with within without won’t wonder wondering wont would wouldn’t
    wouldnt x y ya yeah year yes yesterday yet you you’d you’ll you’re you’ve your youre yours yourself z
{%- endmacro %}
