"""Small talk, told by its words: thanks, greetings, acknowledgements, commands to the assistant, questions about the world.

No sentence stands here: a prompt is small talk if each of its words is one of these tables, or of grammar. The tables
are published in `docs/matching.md`. They are read when a short prompt would otherwise be given something.

>>> from ctxload.matching.tokens import tokenize
>>> is_talk(tokenize("Thanks, that looks great!")), is_talk(tokenize("Thanks, now fix the serializer"))
(True, False)
"""

from __future__ import annotations

from .word_lists import STOP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .matcher import Hit
    from .tokens import Tokens

#: Of each language: words of thanks, greeting, assent and refusal, what one tells an assistant to do next, and grammar.
TALK: dict[str, str] = {
    "en": (
        " advice anymore assistance attention clarification effort explanation explanations feedback fix fixes info insight insights patience review much "
        "needed recommend suggest suggestion suggestions summary update updates version "
        "abort absolutely accept accepted ack acknowledged actually afaik afternoon age agree agreed ah aha ahead ai alive almost already "
        "alright amazing angry another answer anybody anyone anything anyway apologies apply appreciate appreciated approve approved ask "
        "asked asking awesome aye back bad basically beautiful begin best better bit bored born bot both bother bravo brb break brief "
        "briefly brilliant bro btw buddy bye cancel care careful carry certainly change changed changes chat check cheers clarify clear "
        "clearer close coffee colleague colleagues come coming commit confirm confirmed confused congrats congratulations continue "
        "cool copy correct correctly cu cute cya damn date day days dear definitely delete describe detail details different discard do done "
        "drop dude easy edit edits elaborate else end enough evening everybody everyone everything exactly excellent exit expand explain "
        "fair fantastic fast faster favorite favourite feel feeling feelings fine finish finished first folks forget forward friend friends "
        "fun funny fyi genius get give glad gladly gm gn go god going gone good goodbye gorgeous gosh got gotcha grateful great greetings "
        "guess guy guys haha halt hang happen happened happening happens happy hate haven hear hehe hell hello help helped helpful helping "
        "helps hey heya hi hilarious hiya hm hmm hold holiday honest honestly hooray hope hour howdy huge huh hungry idea ideas "
        "idk ignore iirc imho imo impressive incredible indeed instead interesting job joke joking k keep kidding kind kindly kk know kudos "
        "last later laugh leave legend let lgtm like lmao lol long longer look looking looks lot lots love loved lovely luck "
        "mad magnificent make man marvellous marvelous mate maybe mean means meant meantime meanwhile merge mind minute "
        "mistake moment morning move much na nah name neat need neither never nevermind next nice night none nope noted nothing np nvm "
        "obviously oh ok okay okey old omg one onward onwards oops open option other ouch outstanding pal pardon pause "
        "perfect perfectly pleasant pleased pleasure pls plz possibly pretty previous probably problem problems "
        "proceed proud push put question questions quick quickly quit quite rather read ready real really redo refresh reject rejected "
        "remember remove repeat rephrase reply rerun response restart resume retry revert reword rofl roger rollback run sad "
        "safe said same save saved saw say saying sec second seconds see seem seems send serious seriously sgtm shame ship short "
        "shorten shorter show shut silly simpler skip sleep smart someone something sometimes somewhat soon sorry "
        "sound sounds splendid start stay stellar step steps still stop stopped stuff stupid summarise summarize summary super superb "
        "sure surely surprise sweet swell take talk talking team tell terrible terrific thank thankful thanks thankyou thats thing things "
        "think third thought thoughts three thx tired tldr today tomorrow tonight took top totally tough translate tremendous truly trust "
        "try trying twice two ty tysm u ugh uh um understand understands understood undo unfortunately unless vacation version "
        "wait wanna want wanted way weekend welcome well whatever whew whichever whoa whoops wise wish woah wonderful woohoo word "
        "words work worked working works worries worry worth wow wrap wrong ya yay yea yeah yep yesterday yo yup zero "
    ),
    "de": (
        " arbeit tolle abbrechen abend aber alle alles also am an andere anderen anders auch auf aus bald bedanke bei beide beides bescheid besser "
        "bestens bis bist bitte bloss brauche brauchst cool da dafuer dafur dafür dank danke dankeschon dankeschön dann daran das dass davon "
        "dazu dein deine dem den denn der des dich die dies diese diesen dieser dieses dir doch du dumm durch echt egal ein eine einem einen "
        "einer eines einfach einmal einverstanden ende entschuldigung er erklar erklare erklär erkläre erledigt erste ersten erstmal es "
        "etwas euch fein fertig fortfahren frage freut fruh früh fuer fur für ganz gar gefallt gefällt geht gehts gemacht genau genial genug "
        "gern gerne geschafft gibt glaube gleich gluckwunsch glückwunsch gruesse gruss gruß grüss grüß grüße gut gute guten guter gutes hab "
        "habe haben hallo halt hast hat heute hey hi hier hilfe hilfreich hoffe ich ihm ihn ihr im immer in ist ja jawohl jetzt kann kannst "
        "kein keine klappt klar klasse klingt komm konnte konntest kurz kurzer könnte könntest kürzer langsam lass lasst leider letzte "
        "letzten lieb liebe lieben los losch losche lösch lösche mach mache machen machst macht mal man mehr mein meine meinst mich mir mit "
        "moin moment morgen mude müde na nachste nachsten nachster nachstes nacht nee nein nett nicht nichts nie no noch nochmal nochmals "
        "nun nur nächste nächsten nächster nächstes nö ob oder ok okay passt perfekt prima probier prost ruckgangig rückgängig sag sage "
        "sagen sagst schade schau schlecht schluss schnell schneller schon schone schonen schreib schön schöne schönen sehe sehen sehr seid "
        "sein servus sicher sie sieht sind so sollen sollst sonst spitze starte stimmt stop stopp super tag tage toll tschau tschus tschuss "
        "tschüs tschüss tu tun uber uberspring um und uns verstanden verstehe versuch versuche verwirf viel vielen vielleicht von vor "
        "vorerst wann warte warten warum was weg weiss weiter weiterhin weitermachen weiß wenn wer wie wieder wiederhole wiederholen "
        "wiedersehen will willst wir wird wirklich wo wochenende wohl wunderbar wurde wurdest würde würdest zeig zeige zu zum zur zuruck "
        "zurucksetzen zurück zurücksetzen zusammen zwei zweite zweiten über überspring "
    ),
    "fr": (
        " travail salut boulot abord accord ai aide aime ainsi aller alors annule annuler appelles apres après arrete arreter arrête arrêter as attendez attends "
        "au aucun aujourd'hui aussi autre aux avais avec avez avoir beau beaucoup belle bien bientot bientôt bises bon bonjour bonne bonsoir "
        "bravo ca ceci cela ces cet cette chapeau chaud cher ciao clair comme comment compris compte content continue continuer "
        "continuez cool corrige coucou court dans de demain dernier derniere dernière des desole deuxieme deuxième dis dit dites "
        "dois dommage donc donne doucement du désolé efface elle en encore enleve enlève entendu es essaie essayer est et etais ete etre eu "
        "eux excellent excuse explique faire fais fait faites faut felicitations formidable fort félicitations genial gentil grace grand "
        "grâce génial hein ici idee idée il ils impeccable incroyable je jour journee journée juste air la laisse le "
        "les leur longtemps lui ma magnifique maintenant mais mal mardi me meilleur merci merveilleux mes mieux moi moins moment mon monde "
        "montre ne non nos note nous nuit oh ok on ou ouais oublie oui où par pardon parfait parfaitement parle pas passe peu peut "
        "peux plait plaît plus pour pourquoi pourrais pouvez premier premiere première pret prochain prêt quand que quel quelle "
        "quelque qui quoi raccourcis recommence recommencer refais regarde repete repeter reprends reste revenir rien répète répéter sa "
        "sais sans semble ses si soir sommes son sont stop suis suite suivant suivante super sur sympa ta te tes tiens toi ton top "
        "toujours tous tout toute toutes tres trop très tu un une va vais vas vaut veux vite voila voilà voir vois vos votre voudrais voulez "
        "vous vraiment week week-end y ça étais été être "
    ),
    "es": (
        " trabajo a abrazo abrazos acuerdo adelante adios adiós ahora al algo alguien amable amigo anda anoche antes aquello aqui aquí asi así atras "
        "atrás aun ayer ayuda ayudas aún bastante bien bienvenido borra bravo buen buena buenas bueno buenos cada cancela cancelar casi chao "
        "chau claro como con continua continuar continue continúa continúe correcto corto cosa crack creo cual cuando cuanto cuál cuándo "
        "cuánto cómo da dale de dejalo del desde deshacer deshaz despues después di dia dias dice dime disculpa donde dos déjalo día días "
        "dónde e eh el ella ellos en encanta encantado enhorabuena entendido entiendo entonces eres error es esa esas ese eso esos espera "
        "esperar esplendido espléndido esta estan estar estas este esto estos estoy estupendo está están estás excelente explica explicame "
        "explícame fabuloso facil favor felicidades fenomenal fin final fue fuiste funciona fácil genial gracias gran grande gusta gustaria "
        "gustaría gusto ha haber habia había hace hacer hacia haga hago hasta hay haz hazlo he hecho hola hombre hora hoy idea igual "
        "impresionante increible increíble intenta intentalo inténtalo ir la las le les listo llamas lo los luego magnifico magnífico mal "
        "manana maravilla maravilloso mas mañana me mejor menos mi mira mis mismo momento mucha muchas muchisimas mucho muchísimas muestra "
        "muy más nada nadie necesito ni no noche noches nos nosotros nuevo nunca o ok okay olvida olvidalo olvídalo os otra otro otros para "
        "parar parece pasa pasada perdon perdón perfectamente perfecto pero poco podemos podria podrias podría podrías por porque pregunta "
        "primera primero probar prueba puede puedes pues que quien quiere quieres quiero quita quién qué rapido regresa repetir repite "
        "rápido salud saludos se sea seguir segun segundo según ser si siempre siento siga sigue siguiente sin sirve sobre solo son soy su "
        "suena sus sé sí tal tambien también tampoco tan tanto tarde tardes te tengo tiempo tiene tienes toda todo todos tranquilo tras tu "
        "tú ultima ultimo un una uno unos usted va vale vamos vas ve veo ver verdad vez viene volver vosotros vuelve y ya yo él última "
        "último "
    ),
    "pt": (
        " trabalho a abraco abracos abraço abraços adeus adorei agora aguarda aguarde ainda ajuda ajudou algo alguem alguém ali amanha amanhã amigo "
        "anterior ao aos apaga aqui as assim ate até beijos beleza bem boa boas bom bonito bons brigada brigado cada cancela cancelar cara "
        "certo claro com combinado como concordo continua continuar continue correto cuidado da dado das de deixa demais depois desculpa "
        "desculpe desfaz desfazer deu dia dias diga direito disse diz do dois dos dá e ela ele eles em entao entendi entendido então era es "
        "espera espere essa esse esta estao estar este estou está estão eu excelente explica faca facil falta faz fazer faça feito feliz fez "
        "fica ficou fim fixe foi forca força fácil gostei gosto grande grata grato hoje hora ideia igual incrivel incrível isso isto ja já "
        "la legal lindo logo lá mais mal maravilha maravilhoso mas me melhor menos mesmo meu minha momento mostra muita muitas muitissimo "
        "muito muitíssimo na nada nao nem nenhum no noite nos nova novo num não nós o obrigada obrigadao obrigado obrigadão oi ok ola olá "
        "onde ontem ora os otimo ou outra outro outros para parabens parabéns parar pare parece passa pelo pena perfeitamente perfeito pode "
        "poderia podes por porque porquê posso pouco pra precisa preciso primeiro pronto proxima proximo próxima próximo quais qual quando "
        "quanto que quem quer quero rapido repete repetir rápido saudacoes saudações se segue seguinte seguir segundo sei sem sempre ser "
        "sera será sim so sobre sou sua suas só tambem também tanto tao tarde tchau te tem tenho tenta tentar teu tipo tira tive toda todo "
        "todos tua tudo tão ultima ultimo um uma uns vai valeu vamos vejo ver verdade vez vezes voce voces você vocês volta voltar vou é és "
        "ótimo última último "
    ),
    "it": (
        " lavoro a abbastanza accordo addio adesso ai aiuto al alla alle allora altra altro amico anche ancora andare annulla annullare arrivederci "
        "aspetta aspettare avanti avere bacio basta bel bella bello bene benissimo brava bravissimo bravo buon buona buonanotte buonasera "
        "buongiorno cancella caro certo che chi chiami chiaro ci ciao cioe cioè come complimenti con continua continuare corretto cosa cosi "
        "così cui da dai dal dammi del della delle di dici dimmi domani dopo dove dovrebbe due e eccellente ecco era eri esatto essere fa "
        "faccio fai fantastico fare farlo fatto favore felice ferma fermati fine formidabile forse forte forza fra funziona gentile gia "
        "giornata giorno giusto già gli grande grandioso grazie ha hai hanno ho i idea ieri il impressionante in incredibile indietro "
        "infatti intanto io altro la lascia le lei lentamente li lo loro ma magnifico mai male me meglio meno meraviglioso mi mia mie "
        "mille mio molto momento mostra ne nessun niente no noi non notte nulla o oggi ogni ok okay ora ottima ottimamente ottimo peccato "
        "per perche perché percio perciò perfettamente perfetto piace piacere piu piuttosto più poco poi posso potrebbe potresti prego "
        "presto prima primo proprio prossimo prova provare puo puoi pure può qual quale quando quanto quella quelle quello questa queste "
        "questo qui quindi rifai rifare ripetere ripeti riprova sa sai salta saluti salve sarebbe sbagliato scusa scusami scusi se secondo "
        "sei sembra sempre senza sera serata si sia siamo sicuro smetti so solo sono sopra sta stai stanno stato sto stop stupendo su sua "
        "subito successivo suo super sì tale tanto te ti togli torna tu tua tuo tutta tutte tutti tutto ultima ultimo un una uno va vabbe "
        "vabbè vada vai vediamo vedo veloce veramente vero vi via voglio voi volta vorrei vuoi è "
    ),
    "nl": (
        " werk aan aardig afgesproken akkoord al alles als alsjeblieft alstublieft altijd ander andere anders annuleer avond bedankt begrepen "
        "begrijp ben bent beter bij bijna blij daar dag dan dank dankje dankjewel dankuwel dat de deze die dit doe doei doen doet door "
        "doorgaan dus echt een eens eerst eerste eindelijk en er even excuses fantastisch fijn fijne ga gaaf gaan gaat gedaan geef geen "
        "geloof geluk genoeg geweldig gewoon goed goede goedemiddag goedemorgen goedenavond goeie graag groeten haal had hallo hartelijk "
        "hartstikke heb hebben hebt heeft heel heerlijk helaas help helpt hem het hier hij hoe hoi hoor houdoe ik in inderdaad is ja jammer "
        "je jij jou jouw jullie kan klaar klinkt klopt knap kom kort korter kun kunnen kunt laat laatste later leg leuk lief maak maar mag "
        "man me mee meer mij mijn mis misschien mits moet mooi mooie morgen na naar nacht nee net niet niets niks nodig nog nogmaals nooit "
        "nou nu of ok okay oke oké om onder ongedaan ons ook op opnieuw over overslaan pardon perfect prachtig precies prima probeer proost "
        "snap snel sneller sorry sta stap stop stuur super tegen terug toch toen tof toon top tot tweede u uit uitstekend vaak van vandaag "
        "vast veel verder vertel verwijder vind volgende voor vooruit vraag waar waarom wacht wanneer want was wat weekend weer weet wel "
        "welke welkom wie wij wil wilt wist wordt wow zal ze zeer zeg zeker zelf zet zie ziet zij zijn zo zoals zonder zou "
    ),
    "pl": (
        " robota praca a ale ani anuluj bardzo bede bedzie bez brawo byc być był było będzie będę chce chcesz chciałbym chcę chwile chwilę chyba ci cie "
        "cię co cofnij cos coś czego czekaj czemu czesc cześć czy daj dalej dla dlaczego do dobra dobranoc dobre dobry dobrze dosc dość "
        "dzieki dziekuje dziekujemy dzien dzień dzis dzisiaj dzięki dziękujemy dziękuję dziś fajne fajnie gdzie genialne genialnie go "
        "gratulacje hej i ich idz idź ile im inaczej inny ja jak jaka jaki jakie jasne jego jej jest jestem jestes jesteś jeszcze jutro juz "
        "już kiedy kontynuuj kto ktora ktore ktory która które który lepiej ma mam masz mi miło mnie moj moja moje moze mozesz mozna może "
        "możesz można my mój na nam nas nastepne nastepny następne następny nasz nic nie niech nigdy niz niż no noc o od ok okej on ona oni "
        "ono oto pa pieknie pierwszy pięknie po poczekaj podoba podziekowania podziękowania pomoc pomogłeś pomógł ponownie popraw poprawnie "
        "poprosze poproszę poprzedni potem powiedz powtorz powtórz pozdrawiam pozdrowienia prawda prosze proszę przepraszam przerwij "
        "przestan przestań pytanie raz rewelacja rewelacyjnie rob robisz rowniez rozumiem rób również sa sie siemka się skoncz skończ "
        "slicznie spoko sprawdz sprawdź sprobuj spróbuj stop super swietna swietnie swietny swoj swój szybciej szybko są słabo tak tam te "
        "tego temu ten teraz tez też to tobie troche trochę trzeba tu twoj twoja twój ty tylko tym u udało usun usuń w wam was wczoraj "
        "weekend weekendu wiec wieczor wieczór wielkie wiem witaj witam więc wroc wróć wspaniale wszystkie wszystko wyglada wygląda wyjasnij "
        "wyjaśnij wystarczy z za zacznij zapomnij zatrzymaj ze zgadzam zgoda zle znakomicie znowu zrob zrobione zrozumiano zrozumiałem zrób "
        "zycze ślicznie świetna świetnie świetny źle że życzę "
    ),
    "ru": (
        " ок окей а ага благодарим благодарю больше браво будет будь был была было быстрее быстро в вам вас ваш ведь верни вернись верно весело "
        "вечер вечера видимо во вот времени все всегда всего всем всех всё вы выглядит где говори годится готово да давай давайте даже дай "
        "дальше дела делай день для дня до добрая доброго доброе добрый довольно договорились долго достаточно друг другой думаю ему если "
        "есть еще ещё жаль ждать жди же за забудь завтра зачем здорово здравствуй здравствуйте значит знаю и из извини извините или им "
        "интересно исправь их к как какая какие какой класс классно когда конечно коротко короче круто кто ладно ли лучше меня мне много "
        "может можешь можно мой молодец моя мы на наверное надо назад нам нас начни не него нее нельзя неплохо неправильно нет ни никогда "
        "ничего но ночи ночь ну нужно о об обратно объясни один он она они оно опять остановись от отличная отлично отличный отмена отмени "
        "очень первый перестань перефразируй по повтори погоди подожди поехали пожалуйста поздравляю пойдет пойдёт пока покажи помоги помощь "
        "понял поняла понятно попробуй потом потрясающе почему правда правильно превосходно прекрасно прекрати при привет приветствую "
        "приятно пробуй продолжай продолжим продолжить пропусти прости просто против работа работает рад рада раз разве расскажи с сам "
        "сделай сделал сделано себя сегодня сейчас скажи сколько следующее следующий слишком снова со совсем согласен согласна спасибки "
        "спасибо стой стоп супер так такая такой там твой твоя тебе тебя тем теперь то тогда того тоже только тот точно тут ты у убери удали "
        "удачи уж ужасно уже умница утро хватит хорошая хорошего хорошее хорошей хороший хорошо хочешь хочу чего чем через что чтобы чуть "
        "шаг эй эта эти это этого этой этот эту я ясно "
    ),
    "zh": (
        " 一 一下 一个 一些 一次 一点 上 上午 下 下一个 下一步 下午 不 不好意思 不客气 不对 不行 不要 不错 两 个 中午 为 为什么 之 也 了 些 人 什么 今天 他 以 们 件 优秀 会 你 你们 你好 做 做得 停 停止 傻 先 再 再来 再见 "
        "再试 写 几 出 刚 刚才 删掉 删除 别 到 加油 包 却 厉害 去 又 取消 只 叫 可 可以 可能 号 吃 名字 后 否 吧 呀 告诉 呢 周末 和 哇 哈 哈哈 哎 哦 哪 哪里 啊 喔 嗨 嗯 嘛 回 在 地 多 多谢 够 大 大家 天 太 太好了 她 "
        "好 好了 好吧 好极了 好棒 好的 如 如何 它 完 完全 完成 完美 家 对 对不起 少 就 差 已 已经 帮 帮助 干得 应该 底 开始 很 得 快 怎么 怎么样 怎样 您 您好 想 愉快 感谢 成功 我 我们 才 打扰 拜拜 换 掉 搞定 撤回 撤销 收到 "
        "放弃 新 无 早 早上 早安 时候 明天 明白 昨天 是 是的 晚上 晚安 更 最 有 来 棒 次 正确 每 比 没 没事 没关系 没有 没问题 漂亮 点 现在 用 的 看 看起来 真 真棒 真的 着 知道 短 确定 确认 祝 笑 第 等 等一下 等等 简单 "
        "简短 算了 给 继续 能 行 被 要 见 解释 让 详细 说 请 请问 谁 谢 谢谢 赞 走 跟 辛苦 还 还是 还有 这 这个 这么 这样 这里 那 那么 都 重 重新 重来 重试 问题 需要 非常 高兴 "
    ),
    "ja": (
        " あ ああ あなた あの ありがと ありがとう ありがとうございます ある あれ いい いいえ いいです いいね いう いえ いく いくつ いただき いつ いて いま いる うれしい うん ええ お おい おつかれ おつかれさま おなじ おねがい おねがいします "
        "おはよう おめでとう おやすみ おやすみなさい お元気 お名前 お疲れ お疲れさま お疲れ様 お願い お願いします か かも から が き きみ くだ ください くれ くれて けど こう ここ こちら こと この これ これで これは こんにちは こんばんは "
        "ございました ございます さ さい さすが さようなら さん し しか した して してください しない しました します しよう じゃ じゃあ すぐ すごい すごく すばらしい すみません する ずっと せ そう そうです そうですね そこ そして その それ "
        "それで それは た たい ただ だ だけ だった だめ ちがう ちょっと って つぎ て で できた できました できる でした です ですか ですね でも と という とても とりあえず ど どう どういたしまして どうぞ どうも どこ どの どれ な ない "
        "なかった なに なら なる なるほど なん なんで に ね の のが ので は はい はじめ はじめまして ば ばっちり び へ ほう ほしい ほんとう ま まあ まし ました ます また まだ まって まで まま み みて む め も もう もういい もう一回 "
        "もう一度 もしもし もっと もらう や やった やって やっぱり やめ やめて やり直し やり直して ゆっくり よ よい よう よかった よく よし よろしく よろしくお願いします ら り れ わ わかった わかりました わかりません を ん オッケー オーケー "
        "キャンセル グッジョブ スキップ ストップ ナイス ハロー バイバイ 一回 一度 下さい 中止 了解 了解です 今 今度 今日 何 何か 何も 停止 僕 元 元に戻して 元に戻す 先 分かった 分かりました 削除 削除して 助かりました 助かる 取り消し "
        "取り消して 同じ 名前 大丈夫 大丈夫です 失礼 完了 完璧 完璧です 待って 待つ 戻して 戻す 承知 承知しました 明日 昨日 最高 最高です 次 次に 次へ 止めて 正しい 消して 申し訳 短く 私 簡単 素晴らしい 終わり 終了 続き 続けて "
        "続けてください 続ける 続行 良い 良かった 良さそう 良さそうです 見せて 見て 詳しく 説明 説明して 誰 進めて 違う 間違い 静か 頑張って "
    ),
    "ko": (
        " ㄱㅅ ㄴㄴ ㅇㅇ ㅇㅋ ㅋㅋ ㅋㅋㅋ ㅎㅎ 가 가요 가자 감사 감사드립니다 감사합니다 감사해요 거 거야 건 걸 것 게 계세요 계속 계속하세요 계속해 계속해주세요 계속해줘 고마워 고마워요 고맙습니다 괜찮습니다 괜찮아 괜찮아요 굿 그 그거 "
        "그건 그걸 그냥 그래 그래요 그러면 그런 그럼 그렇게 그리고 그만 그만해 그만해줘 기다려 기다려주세요 기다려줘 기분 까지 나 나는 나중에 난 날 내 내가 내일 너 너는 너무 넌 네 네가 넵 누구 누구야 다 다시 다시해 다시해줘 다음 "
        "다음으로 당신 당신은 대단해 대단해요 대박 더 도 도와주세요 도와줘 도와줘서 도움이 돼 돼요 됐어 됐어요 되돌려 되돌려주세요 되돌려줘 됩니다 두 들 따봉 또 뜻이야 라고 를 마음에 만 많이 말 말고 말해줘 맞습니다 맞아 맞아요 매우 "
        "멈춰 멋져 멋져요 멋지네요 모두 못 무슨 무엇 무엇입니까 물론 물론이죠 뭐 뭐야 뭐해 미안 미안합니다 미안해 바로 반가워 반가워요 반갑습니다 방금 번 별로 보기 보여줘 볼게요 부탁 부탁드립니다 부탁합니다 부탁해 부탁해요 빨리 뿐 사랑해 "
        "삭제해 삭제해줘 생각 설명해 설명해주세요 설명해줘 성공 수고 수고하세요 수고하셨습니다 수고했어 수고했어요 시작 시작해 시작해줘 실례합니다 실행해 싶어 싶어요 아 아냐 아니 아니야 아니에요 아니요 아닙니다 아주 아직 아침 안 안녕 "
        "안녕하세요 안녕하십니까 안녕히 안돼 알겠습니다 알겠어 알겠어요 알려줘 알았어 알았어요 어 어디 어때 어때요 어떻게 어제 언제 없어 없어요 없이 여기 역시 예 오 오늘 오케이 와 완료 완벽 완벽합니다 완벽해 완벽해요 왜 요 우리 우와 "
        "위해 으로 은 을 음 응 의 이 이거 이건 이걸 이것 이게 이대로 이름 이름이 이번 이야 이제 이해했습니다 이해했어 인사 일 입니다 있어 있어요 잘 잘가 잘자 잘하셨습니다 잘했어 잘했어요 잠깐 잠깐만 잠시만 잠시만요 저 저는 전 정말 "
        "정말로 제 제가 제발 조금 좀 좋네 좋네요 좋다 좋습니다 좋아 좋아요 좋은 죄송합니다 죄송해요 주말 주세요 줘 지금 지우고 지워 지워줘 진짜 진행해 진행해주세요 진행해줘 짧게 천천히 첫 첫번째 최고 최고야 최고예요 최고입니다 축하 "
        "축하합니다 축하해 취소 취소해 취소해주세요 취소해줘 틀렸어 하고 하나 하루 하지 하지마 한 한번 할 해 해봐 해요 해주세요 해줘 했어 했어요 확인 확인했습니다 환영 훌륭합니다 훌륭해 훌륭해요 "
    ),
    "uk": (
        " а або ага але без бо браво буде будь була було бути більше в вам вас ваш вже ви вибач вибачте все всім вчора "
        "відміни відмінити відмінно вірно вітаю гаразд гарна гарний гарно гарного геть де день дня до добра добре "
        "добрий доброго доброї ду дуже дякую дякуємо ж жаль завтра зараз звичайно згоден здорово зроби зробив зроблено "
        "зрозуміло зупини зупинись його ка класно коли кому краще круто ласка ласку мене мені ми молодець моя мій на "
        "навіщо назад нам нас не ночі ну ні ніч нічого о ок окей он от отак поверни повертай повтори пока поки потім "
        "почекай правильно привіт привітання пробач продовжити продовжуй прошу ранку ранок роби робити робота роботу "
        "скажи скасувати скасуй славно спасибі спробуй стоп супер сьогодні та так там те ти то тобто тобі тоді треба у "
        "угу удачі це цей цього ця чекай чи чому чудова чудово ще щиро що я як яка яке який які є і інше їх її "
    ),
    "cs": (
        " a aha ahoj ako aká aké aký ale ani ano asi až bez bravo bude budu byl bylo být běž chci chyba co cože další "
        "dej deň dnes do dobre dobrou dobrá dobré dobrého dobrú dobrý dobře dost došlo dál dále dík díky děkuji děkuju "
        "dělat dělej děláš geniálně hezky hezký hned hotovo ideš ja jak jaká jaké jaký jasne jasné jasně je jeho její "
        "jen ještě ji jo jsem jsi jsou jste já k kde kdo když konec krásne krásně který ktorý lebo líbí mi moc moje "
        "musí mám máš môžeš mě měl mňa můj můžeš na nabudúce nahlas naposledy naspäť nazdar ne nebo nech nechci není "
        "nic nie nič noc něco někdo o od omlouvám omluva on ona oni opakuj oprav ospravedlňujem pak perfektne perfektné "
        "perfektní perfektně pokračovat pokračuj počkaj počkej prepáč prestaň prečo prima promiň promiňte prosím proč "
        "práca práce práci prácu přestaň příště robota rychle rád rýchlo s sa sakra se si skvěle skvělá skvělé skvělý "
        "skús smaž souhlasím správne správně späť stačí stop super ta tady tak taky také tam te ten teraz teď to toho "
        "tomu toto trochu tu ty u udělej už v velmi večer veľmi viac vidím vrať vrátit vráť vynech víc víkend výborne "
        "výborná výborně vše všechno za zajtra zase zastav zkus zkusit znova znovu zpátky zpět zruš zrušit zítra áno "
        "čau čo ďakujem ďakujeme ďalej ďalšie řekni špatně že život "
    ),
    "sv": (
        " absolut aha aldrig alla allt andra att av avbryt bara bra bryt bättre både börja dag dagen dags de dem den "
        "denna det detta dig din ditt du där då eftermiddag eller en er ett fantastiskt fin fint fixa fler fortsätt "
        "fortsätta fram från för förklara förlåt först förstår glöm god goda gott gärna gå går gör göra ha han har hej "
        "hejdå hejsan helg helgen hjälp hjälpa hjälpte hoppa hoppas hur här i igen igår imorgon inga ingen inget inte "
        "ja jag jaha japp jo jobb jobbat jättebra kan kanske klar klart kom kort kortare kul kväll lite lycka läge "
        "låter man med mer mig mina mitt morgon mycket måste natt nej nog nu nytt nästa nästan något o och ok okej om "
        "oss pausa perfekt precis prova på radera rätt sa samma se ser ses sist sista ska skriv sluta snabbt snyggt som "
        "spännande stanna stopp strålande säg säger så ta tack tack-tack tacka tackar tid till tillbaka toppen "
        "tråkigt tyvärr underbart upp ursäkta ut utmärkt vad vara varför varsågod vem vi vid vilken vill visa visst "
        "väldigt vänta är även åh ångra över "
    ),
    "da": (
        " af aften alle alligevel alt altid anden arbejde at bedre begge bliver bravo da dag dagen dejligt den "
        "denne der det dig din dit du efter eller en endnu er et farvel fedt fin fint for forfra forstået forstår "
        "fortryd fortsæt fortsætte fra fremragende få gang gerne glem god godaften godmorgen godnat godt gå gået går "
        "gør ham han har havde hej hejsa hjalp hjælp hjælpe hun hvad hvem hvilken hvis hvor hvordan hvorfor i igen igår "
        "ikke imorgen ingen intet ja jeg jep jo job kan kom kort kortere lad lidt lige lyder man meget mere mig min mit "
        "morgen mulig nej noget nok nu nydeligt næste næsten ofte og ok okay om op os perfekt præcis prøv på rigtig "
        "rigtigt ro sagt samme se ser ses sidste sig sige slet smukt snart som spring stadig start stop super så tak "
        "takker tid til tilbage to tror tusind ud udmærket undskyld vel velkommen vent vi vil vis vær være weekend åh "
    ),
    "nb": (
        " absolutt alle alt altså andre angr angre arbeid at av bedre begynn beklager blir bra bravo bryt da dag "
        "dagen de deg den denne der det dette din ditt du eller en enda er et etter ettermiddag fantastisk fin fint "
        "flott for forklar forstår forstått fortsett fortsette fra fram få først ganger gikk gjerne gjør gjøre glem "
        "glimrende god gode godt greit gå går ha hadde hallo han har hei helg hjalp hjelp hjelpe hopp hun hva hvem "
        "hvilken hvis hvor hvordan hvorfor i igjen igår ikke imorgen ingen ingenting ja jada jeg jepp jo jobb jobba "
        "jobbet kan kanskje kom kort kortere kult kveld la liker litt lykke man mange meg mer min mitt morgen mye må "
        "natt nei neste nesten noe nok nå og ok okay okei om oss perfekt presis prøv på riktig sa samme se ser ses si "
        "sier siste skal slett slutt slutte snart som start stopp strålende supert så takk takker tid til tilbake to "
        "topp trenger trist tusen unnskyld ut utmerket veldig velkommen vent vi vil vis vær være å "
    ),
    "fi": (
        " aamu aina alku anteeksi edelleen ehkä ei eikä eilen en enemmän entä erinomainen erinomaista eteenpäin että "
        "haluan hei hela hetki hetkinen hieno hienoa hienosti homma huomenna huomenta huono hyvin hyvä hyvästi hyvät "
        "hyvää hän ilta iltaa ja jaa jatka jatkakaa jatketaan jee jep jo joo jos just juuri kai kaikki kanssa kerran "
        "kerro kiitokset kiitos kiitti kiva kivaa koita kokeile korjaa kuin kuinka kuitenkin kuka kumoa kunnossa kyllä "
        "käy lisää loistava loistavaa lopeta lyhyesti maanantai mahtava mahtavaa me mene mennä miksi mikä millainen "
        "minä missä mitä mitäs moi moikka muista mukava mutta myöhemmin myös niin nopeasti nuo nyt nähdään näin näytä "
        "odota ohita oikein ok okei ole olen olet oli on onko onnea ota palaa palauta paljon paremmin peru peruuta "
        "poista pysäytä päivä päivää sama samaa sano se seis selitä selvä seuraava siis siitä sinä sitten sopii super "
        "taas takaisin tehty terve tervehdys todella toinen toki totta tulee tuo tuota työ työtä tämä tänään tässä "
        "uudelleen uudestaan uusi vaan vai vain valmis vau vielä viikonloppua viimeinen voi voit väärin yö yötä älä "
    ),
    "tr": (
        " acaba akşam akşamlar ama anladim anladım artik artık aynen ayni aynı az açikla açıkla bakma bana başka başla "
        "bekle ben bence benim bir biraz birazdan biz bravo bu bugün buna bunu burada böyle da daha de demek den dene "
        "devam değil dikkat dilerim diğer doğru dur durdur dün ederim edin efendim elbette eline elinize en et etme "
        "evet gece geceler gel geri geç gibi göster güle gün günaydin günaydın günler güzel ha haber hadi hafta "
        "haklisin haklısın harika hayir hayır hemen hep her herkes hey hiç hoş hoşça ile ilk ise istiyorum iyi iyiyim "
        "iş işe kadar kal kalin kalın kim kisa kisaca kolay kolaygelsin kusura kısa kısaca lütfen merhaba merhabalar mi "
        "mu muhteşem mü mükemmel mı nasil nasilsin nasıl nasılsın ne neden nerede niye o ok okey oldu olmaz olsun olur "
        "onu orada pardon peki rica sabah sana sanki sağ sağlik sağlık sağol sağolun selam sen son sonra sonraki sonu "
        "söyle süper tabi tabii tamam tamamdir tamamdır tebrikler tekrar teşekkür teşekkürler vazgeç ve veya ya yani "
        "yanliş yanlış yap yapma yaptin yaptın yarin yarın yavaş yaz yeniden yerine yeter yine yok çok çünkü önce öyle "
        "özür üzgünüm şey şimdi şu şunu "
    ),
    "ro": (
        " a aceasta acest acesta acolo acum adică afară ai aici al alt altceva altă am anulează arată are asta "
        "astăzi atunci atât au azi aș așa așteaptă ați bine bineînțeles bravo bun buna bune bună ca care ce cea cel cer "
        "chiar ciao cine continua continuă cu cum când câte că da dacă dar de deci decât deloc despre dimineața din "
        "doar două după e ea ei el ele era este eu exact excelent explică fac felicitări foarte frumos fă gata genial "
        "geniale gresit greșit grozav iar iartă ieri in la lasă lucru mai mare mea merge mersi meu mi mie minunat mod "
        "mult multe multumesc mulțumesc mulțumim mulțumit mâine mă ne nici niciodată nimic noapte noaptea noroc nostru "
        "nu o ok oprește ori pa pardon pe pentru perfect plăcere poate poți prea prima primul pune puțin refă repede "
        "repetă revino revocă rog rău sa salut sau scuze scuză se seara seară serios si sigur sper spune stai su sunt "
        "super să tare te tine toate tot totul treaba treabă trebuie tu un una unde următoarea următorul vezi voi vrea "
        "vreau vă văd weekend zi zis ziua îi îmi în înainte înapoi încearcă încercă încă înțeleg înțeles îți și ște "
        "șterge ție "
    ),
    "hu": (
        " a aha ahogy akkor alapos az azonnal azt be befejez bocs bocsi bocsánat bravó bár csak csináld csináltad csodás "
        "csókolom de delután ebben egy egyet egész elég előre előző este estét ez ezt fantasztikus folytasd folytassuk "
        "folytathatod gratulálok gyorsan gyönyörű ha hagyd hamarosan hanem helló helyes hogy hogyan holnap hova "
        "hétvégét igaz igen ilyen is itt ja javítsd jobb jó jól jót jössz kell kevés ki kicsit kiváló klassz kérdés "
        "kérem kérlek köszi köszönet köszönjük köszönöm következő legyen lehet légyszi ma magyarázd meg megint mehet "
        "melyik mert mi milyen minden mindenki mindig mit miért mond mondd most munka munkát mutasd már más mégegyszer "
        "na nagyon nagyszerű napot neked nekem nem nincs no nos nyugodtan ok oké ott pihenj próbáld reggelt remek "
        "reméljük rendben rossz rá rövid rövidebben sajnos sajnálom se sem semmi sok stimmel stop szerintem szervusz "
        "szia sziasztok szuper szép szépen szükséges szünet talán te tedd tegnap tetszik további tudod tudom tényleg "
        "töröld türelem utolsó után vagy vagyok van vele vissza visszavon viszlát viszont viszontlátásra vond várj vége "
        "zseniális éjszakát én érted értem értettem és úgy új újra üdv üdvözlet őt "
    ),
    "el": (
        " άλλο έκανες ένα ένας έτσι έχει έχεις έχω ήταν α αλλά αν ανάκληση αναίρεσε αντε απλά από απόλυτα αργότερα αρχή "
        "ας αυτά αυτή αυτό αύριο βέβαια βασικά βλέπω βοήθεια βράδυ γειά γεια για γιατί δε δεν δες δοκίμασε δουλειά δύο "
        "είμαι είναι είσαι εγώ εκεί εκπληκτικά εμένα εντάξει εξήγησε εξαιρετικά εξαιρετική επίσης επόμενο εσύ "
        "ευχαριστίες ευχαριστούμε ευχαριστώ η κάθε κάνε κάνει κάνεις και καιρό καλά καλή καλημέρα καληνύχτα καλησπέρα "
        "καλό καλύτερα κι κρίμα λάθος λίγο λες λοιπόν λυπάμαι μάλιστα μέρα μα μακάρι μας με μετά μη μην μια μου μπορείς "
        "μπορώ μπράβο μόνο να ναι ξέχασέ ξέχνα ξανά ο οκ οκέι ορίστε πάλι πάμε πίσω παρακαλώ περίμενε περισσότερο πες "
        "πολύ που πού προχώρα πρώτα πρώτο πότε πώς σήμερα σίγουρα σαν σας σε σου σούπερ σταμάτα στη στην στο στον στοπ "
        "συγγνώμη συγνώμη συγχαρητήρια συνέχισε συνεχίστε σωστά τέλεια τέλειο τέλος τίποτα τα τελείωσε τη την της τι το "
        "τον του τους τότε τώρα υπέροχα υπέροχο φίλε φοβερό χάρη χαίρετε χαίρομαι χθες χωρίς ωραία ωραίο ως όλα όμως "
        "ότι όχι "
    ),
    "he": (
        " אבל אגב אה אהבתי או אוקי אוקיי אותו אז אחד אחורה אחלה אחר אחרי איך אין איפה אישור אל אלה אלו אם אמש אנא אנחנו "
        "אני אפשר את אתה ב בבקשה בהצלחה בוא בוקר בטח בטל ביטול בין בלי ברור בשמחה גאוני גדול גם דבר די ה הבא הבנתי הוא "
        "החזר היא היה היום היי הכל הלו הם המשך הנה הסבר הפסק הרבה ו ואו ואז ובכן וגם ז זאת זה זו חבל חבר חזור חזק חכה ט "
        "טוב טובה טעות יאללה יופי יותר יפה יש כבר כדאי כולם כי כך כל כלום כמה כן כנראה ל לא לאן לבטל להתראות לי לילה לך "
        "למה למחוק לעזור לשלום מ מאוד מגניב מדהים מה מהר מוכן מושלם מותק מזה מחק מחר מי מעולה מצוין מצוינת נהדר נהדרת "
        "נו נוסף נחמד נכון נסה סבבה סוף סליחה סתם עבודה עוד עזרה עזרת עכשיו על עם עצור ערב פעם צהריים צודק קדימה קצר "
        "קצת ראיתי רגע רוצה רע ש שוב של שלום שם שנית תגיד תודה תודות תמשיך תמשיכי תן תעשה תפסיק תראה תשובה תתקן "
    ),
    "ar": (
        " آسف آه أحسنت أعد أفضل أكمل ألغ أن أنا أنت أنتم أهلا أو أوقف أوكي أول أي أيضا أين إذا إلغاء إلى احذف استمر اشرح "
        "الآن الأول الخير السلام العافية الله المزيد اليوم انتظر بارك بالتأكيد بالتوفيق بالطبع باي بدون بعد بك بكل بل "
        "تابع تحياتي تراجع ترجع تصبح تفضل تمام تماما توقف ثم جدا جرب جزيلا جميل جميلا جيد جيدا حاول حتى حسن حسنا حقا "
        "خلاص خير دعنا ذلك رائع رائعة راجع رجاء سريع سريعا سلام سوف شكر شكرا شو صباح صح صحيح طبعا طيب ع عذرا عظيم عفوا "
        "على عليك عليكم عمل عن عند غدا غير فضلك فقط في فيك قف كان كرر كل كلا كم كما كيف كيفك لأن لا لك لم لماذا له لو "
        "لي ليس ليلة ما ماذا مبروك متى مثل مجددا مرة مرحبا مرحى مساء مساعدة مساعدتك مع ممتاز ممتازة من مهلا موافق نحن "
        "نعم نفس هذا هذه هل هلا هناك هو هي هيا و والله وداعا وعليكم يا يعطيك يكفي يمكن يوم "
    ),
    "hi": (
        " अगला अगली अच्छा अच्छी अच्छे अब अभी अरे आगे आज आप आपका आपकी आपको आया इस इसका इसको इसे ई उस उसे एक ऐसा ओके और कब "
        "कर करके करते करना करो कल का काफी काम कि किया किसने की कुछ कृपया के कैसा कैसी कैसे को कोई कोशिश कौन क्या क्यों "
        "खत्म खुश गया गलत चलिए चलो चाहिए छोटा छोड़ो जब जरूर जल्दी जवाब ज़रा ज़रूर जारी जी जो ठीक तक तब तुम तुम्हारा तो "
        "था थी थे थोड़ा दिन दुबारा दो दोबारा दोस्त धन्यवाद धीरे नमस्कार नमस्ते नहीं ना ने पर परफेक्ट पहला पहले पीछे फिर "
        "फिरसे बंद बढ़िया बताइए बताओ बस बहुत बात बाद बिलकुल बिल्कुल बेहतर भाई भी मगर मत मदद माफ माफी मुझे में मेरा मैं "
        "मैंने यह यहाँ यही या ये रखो रहने रहा रहो रात रुकें रुको रोको लगा लिए लो वह वही वापस वाह वे वैसे शानदार शाबाश "
        "शुक्रिया शुभ सब समझ समझा समझाओ सही साथ सुंदर सुप्रभात से हटाओ हम हाँ हां हूँ हूं हेलो है हैं हैलो हो होगा "
    ),
    "vi": (
        " ai anh bao biệt buổi bây bên bình bạn bị bỏ cho chào cháu chúc chúng chút chưa chỉ chờ chứ các cái cám còn có "
        "cô cũng cảm cần của cứ dừng em giúp giải giỏi giờ gì hay hiểu hoàn huỷ hãy hôm hơn hảo hủy i khi khác không "
        "khỏe kia là làm lên lúc lại lần lắm mai muốn mà mình mấy mọi một mới mừng nay nghĩ ngon ngày người ngắn ngủ "
        "nha nhanh nhiều nhé như nhưng nhỉ nào này nên nó nói nếu nữa ok oke qua quay quá ra rất rồi sai sao sau sáng "
        "sắc sẽ thêm thì thích thôi thấy thế thử tiếp trên trước trời tuyệt tác tôi tại tạm tắt tối tốt tục từ viết vui "
        "và vâng vì vẫn vậy về với vời xem xin xong xoá xuất xóa à ít đang đi đây đã đó đúng được đấy đẹp để đợi ơi ơn "
        "ạ ổn "
    ),
    "id": (
        " adalah aja akan aku anda apa apaan apakah atau ayo bagaimana bagus baik baiklah banget bantu bantuan "
        "bantuannya banyak baru batal batalin batalkan begini begitu belum benar berapa berhasil berhenti berikut "
        "berikutnya besok betul biasa bisa boleh bro bukan cepat coba cukup dah dan dari dengan di dong dulu enak gak "
        "gimana hai halo hanya hapus hari harus hebat hei hello hentikan ingin ini itu iya jadi jam jangan jelas "
        "jelaskan juga kabar kabarnya kalau kalian kami kamu kan karena kasih ke keluar kemarin kembali kembalikan "
        "kenapa keren kerja kerjaan kita kok lagi lain lalu lanjut lanjutin lanjutkan lebih lewati lho luar lupakan "
        "maaf maka makasih malam mana mantap mantul masih mau mengapa mengerti mereka mohon mulai nah nanti ngga nggak "
        "oh ok oke okelah pada pagi paham pasti pelan perlu permisi pertama sama sampai sangat satu saya sayang "
        "sebentar sedang sedikit sekali sekarang selamat selanjutnya selesai sempurna semua semuanya sepertinya setuju "
        "siang siap siapa silahkan silakan singkat sini sip sore stop sudah suka tadi tahu tak tapi tau tentang tentu "
        "terakhir terima terimakasih tetap tidak tinggal tolong tuh tunggu udah ulang ulangi untuk wah wow ya yah yaitu "
        "yang yuk "
    ),
    "th": (
        " กลับ กัน กับ การ กำลัง ก็ ขอ ของ ขอบคุณ ขอบคุณครับ ขอบคุณค่ะ ขอบคุณมาก ขอบใจ ขอโทษ ครับ ความ คะ คือ คุณ ค่ะ "
        "งั้น งาน จบ จริง จริงๆ จะ จ้า ชอบ ช่วย ช่วยด้วย ดี ดีครับ ดีค่ะ ดีมาก ดีใจ ด้วย ตอน ตอนนี้ ต่อ ต่อไป ถูก "
        "ถูกต้อง ทำ ทำต่อ ทำไม ที่ ที่นี่ นะ นะครับ นะคะ นั่น นั้น นี่ นี้ น่ะ น่า บอก บ้าง ผม พรุ่งนี้ พวก พอ พอแล้ว "
        "มา มาก มากๆ มี ยกเลิก ยอด ยอดเยี่ยม ยัง ยังไง ย้อน ย้อนกลับ รอ ราตรีสวัสดิ์ ลบ ลอง ลองอีกครั้ง ลองใหม่ วัน "
        "วันนี้ ว่า สบายดี สวย สวัสดี สวัสดีครับ สวัสดีค่ะ สั้น สุด สุดยอด หน่อย หยุด หรอ หรือ อธิบาย อยาก อยู่ อย่า "
        "อย่างไร อะไร อัน อันนั้น อันนี้ อีก อีกครั้ง เก่ง เก่งมาก เข้าใจ เข้าใจแล้ว เช้า เดิม เดี๋ยว เท่าไหร่ เป็น "
        "เป็นไง เพราะ เมื่อ เมื่อวาน เยี่ยม เยี่ยมมาก เรา เริ่ม เร็ว เลย เสร็จ เสร็จแล้ว เอา เอาเลย แก้ แต่ แน่นอน แปลก "
        "และ แล้ว โอเค ใคร ใจ ใช่ ใช่แล้ว ใหม่ ให้ ได้ ได้เลย ไป ไปต่อ ไปเลย ไม่ ไม่ต้อง ไม่เป็นไร ไม่ใช่ ไว้ ไหน ไหม "
    ),
}  # fmt: skip

#: What people ask about the world, and have an assistant make for fun.
WORLD: dict[str, str] = {
    "en": (
        " time actor actress africa ago album america animal animals apple asia astronaut athens australia autumn bake baking banana band "
        "basketball beach beer beijing berlin biggest bird birthday boil book books brazil breakfast britain cake canada capital car cars "
        "cat cats celsius century chess chicken china chinese christmas city closest continent cook cooking countries country cuba cup "
        "currency dad dance deepest die died diet dinner dinosaur dinosaurs discovered distance dog dogs dollar dollars dream drink earth "
        "easter eat egg eggs egypt einstein elephant elephants england english euro europe everest fahrenheit famous farthest fastest film "
        "films finland flag flight flower flowers food football france french fruit galaxy game gas german germany giraffe god gold greece "
        "greek grow guitar haiku halloween headache heaven heavy height hero highest hiking hollywood horoscope horse hot hotel hungry india "
        "invented inventor ireland island italian italy japan japanese joke jokes jupiter kids kilometers king korea lake largest latin "
        "lawyer limerick lion london longest lottery love lunch lyrics madrid mars math meal meaning medicine mercury meters mexico miles "
        "milk minister money monkey moon moscow mother mountain mountains movie movies murder music musical nobel norway novel ocean oldest "
        "olympic olympics oscar oslo painted painter painting pancakes paper paris pasta philosopher philosophy piano pizza planet planets "
        "poem poems poet poetry poland politics pope population portugal pounds prague president prime prize queen rain raining recipe "
        "recipes religion restaurant restaurants rhyme riddle river rivers romantic rome russia sang sea shakespeare shortest sing singer "
        "sky smallest snow soccer song songs soup spain spanish spring stars story summer sun sunny sushi sweden tall tallest tea teacher "
        "temperature tennis theory tiger titanic tokyo train trip trivia turkey umbrella universe usa vegan vegetarian volcano war wars "
        "water weather wedding weigh wine winner winter won world wrote "
    ),
    "de": (
        " alt berg bergs buch deutschland einwohner erde erfand erfunden erzahl erzahle erzähl erzähle essen everest film fluss frankreich "
        "fussball fußball gedicht gekocht geschichte geschrieben gewann gewonnen gibt gross grosse groß grösse größe größte hauptstadt heißt "
        "hoch hochste hoher hund höchste höher italien jahr kaiser kanzler katze kino koch koche kocht konig kuchen könig land lange leben "
        "lied lustig mittag mond mount musik nudeln osterreich pizza prasident präsident regen regnet rezept schweiz sonne spanien spiel "
        "stadt stern tief vorschlag wasser welt weltmeister wetter witz wohnt wurde österreich "
    ),
    "fr": (
        " allemagne annee année arbre blague capitale chanson chante chat chien combien coupe cuire eau ecris ecrit espagne everest film "
        "fleuve france gagne gagné gateau guerre gâteau habitants haut haute hauteur histoire invente inventé italie japon livre lune mange "
        "manger mer meteo mont montagne musique météo ocean océan paris pays planete planète plat pleut pluie plus poeme poème president "
        "président raconte raconte-moi recette repas roi soleil temps terre ville écris écrit "
    ),
    "es": (
        " agua alemania alta alto altura ano anos argentina año años cancion canción capital chiste ciudad clima comer comida cuenta "
        "cuentame cuento cuéntame escribe escribio escribió espana españa everest francia futbol fútbol gano ganó gato guerra habitantes "
        "hara hará hermosa historia hizo invento inventó italia libro llueve lluvia luna mar mexico montana montaña monte mundial mundo "
        "musica méxico música paella pais país pelicula película perro peru perú planeta poema presidente receta rey rio río sol tiempo "
        "tierra volcan volcán "
    ),
    "pt": (
        " agua alemanha alta alto altura ano anos bolo brasil cancao canção capital chove chover chuva cidade comer comida conta conte copa "
        "escreva escreve escreveu espanha everest filme franca frança futebol ganhou guerra habitantes historia história inventou italia "
        "itália jantar livro lua mar montanha monte mundo musica música pais país piada planeta poema portugal presidente receita rei rio "
        "sol tempo terra venceu água "
    ),
    "it": (
        " abitanti acqua alta altezza alto anni anno barzelletta calcio canzone capitale cena citta città cucina cuocere everest film fiume "
        "francia germania giappone guerra inventato italia libro luna mangiare mare mondiali mondo montagna monte musica paese pasta pianeta "
        "pioggia piove poesia pranzo presidente racconta raccontami re ricetta scritto scrivi sole spagna storia tempo terra torta vinto "
    ),
    "nl": (
        " aarde belgie belgië berg boek duitsland eten everest film frankrijk gedicht geschiedenis geschreven gewonnen grap hond hoofdstad "
        "hoog hoogste inwoners italie italië jaar kat koken koning land liedje maan mop mount muziek nederland oorlog planeet president "
        "recept regen regent rivier schreef spanje stad taart uitgevonden voetbal water weer wereld zee zon "
    ),
    "pl": (
        " ciasto deszcz dowcip everest film francja francji gora gotowac gotować góra jedzenie jezioro kawał kot krol król ksiazka ksiezyc "
        "książka księżyc miasto mieszkancow mieszkańców morze mount muzyka napisał napisz niemcy niemiec obiad opowiedz pada pies piosenka "
        "piłka planeta planety pogoda pogode pogodę polska polski prezydent prezydentem przepis rok rzeka stolica stolicą swiat swiata "
        "słońce wiersz wojna wygrał wysoka wysoki włochy zart ziemi ziemia świat świata żart "
    ),
    "ru": (
        " анекдот африки борщ вода война выиграл высота германии германия гор гора город горы дождь земли земля испании испания история "
        "италии италия какова картину книга книгу кошка луна мир мира море музыка написал напиши население озеро париж песню песня планет "
        "планета погода погоду польша президент река рецепт россии россия собака солнце стих стихотворение столица страна страны ужин фильм "
        "франции франция футбол хлеб чемпионат шутка шутку эверест японии "
    ),
    "zh": (
        " 一首 下雨 下雪 世界 世界杯 中国 书 人口 俄罗斯 写诗 冠军 动物 北京 午餐 午饭 历史 发明 吃饭 唱 唱歌 国家 国王 地球 城市 多大 多少 多远 多高 天气 太阳 山 座 德国 总统 意大利 战争 故事 日本 春天 晚餐 晚饭 最大 最长 最高 "
        "月亮 有多高 歌 气温 河 河流 法国 海 海洋 火星 煮 狗 猫 珠穆朗玛峰 电影 笑话 笔 米 美国 英国 菜 菜谱 蛋糕 行星 西班牙 讲 讲一个 讲个 讲笑话 诗 谁是 足球 面 音乐 食谱 首歌 首诗 首都 "
    ),
    "ja": (
        " いくつ アメリカ イギリス イタリア エベレスト カレー ケーキ サッカー ジョーク スペイン ドイツ パリ フランス レシピ ワールドカップ 一番 世界 中国 人口 何人 何歳 作り方 優勝 優勝した 冗談 国 地球 夕食 大きい 大統領 天気 太陽 富士山 "
        "山 川 惑星 戦争 教えて 料理 日本 映画 昼ご飯 昼食 晩ご飯 書いて 月 本 東京 歌 歌って 歴史 海 犬 猫 発明 発明した 詩 話 話して 都市 長い 雨 雪 電球 面白い 音楽 食べ 食べる 首相 首都 高い 高さ "
    ),
    "ko": (
        " 가장 강 개 고양이 나라 날씨 날씨가 날씨는 노래 노래를 농담 농담을 농담해줘 높은 높이 높이는 누가 눈 달 대통령 대통령은 대통령이 도시 독일 독일의 레시피 먹을까 먹지 몇 미국 미국의 바다 발명한 발명했어 불러줘 비 비가 산 산은 "
        "살 서울 세계 세계에서 수도 수도가 수도는 스페인 시 시를 써줘 얼마나 에베레스트 역사 영국 영화 올까 요리 우승했어 월드컵 월드컵에서 음악 이겼어 이야기 이탈리아 인구 인구는 일본 일본의 재미있는 저녁 전쟁 점심 중국 지구 책 축구 "
        "태양 파리 프랑스 프랑스의 하나 행성 "
    ),
    "uk": (
        " анекдот година гороскоп дощ жарт котра погода погоду сніг сонце столиця франції "
    ),
    "cs": (
        " dážď déšť francie francúzska hlavné hlavní hodin hodín kolik koľko mesto město počasie počasí prší slnko "
        "slunce sneh sníh vtip "
    ),
    "sv": (
        " frankrike huvudstad klockan recept regn regnar skämt snö snöar sol väder vädret "
    ),
    "da": (
        " frankrig hovedstad klokken opskrift regn regner sne sner sol vejr vejret vittighed "
    ),
    "nb": (
        " frankrike hovedstad klokka oppskrift regn regner snø snør sol vits været værmelding "
    ),
    "fi": (
        " aurinko kello lunta pääkaupunki ranskan resepti sade sataa sää säätä vitsi "
    ),
    "tr": (
        " başkent başkenti fikra fransa fıkra güneş hava havalar kar kaç saat tarif yağiyor yağmur yağıyor şaka "
    ),
    "ro": (
        " banc capitala cât franței glumă ninge ora ploaie plouă rețetă soare vreme vremea zăpadă "
    ),
    "hu": (
        " esik eső franciaország főváros fővárosa havazik hány hó idő időjárás nap recept süt vicc óra "
    ),
    "el": (
        " ήλιος ανέκδοτο βρέχει βροχή γαλλίας καιρός πρωτεύουσα συνταγή χιονίζει χιόνι ώρα "
    ),
    "he": (
        " אוויר בדיחה בירת גשם האוויר יורד מזג מתכון צרפת שלג שמש שעה "
    ),
    "ar": (
        " الجو الساعة الطقس تمطر ثلج شمس طقس عاصمة فرنسا مطر نكتة وصفة "
    ),
    "hi": (
        " चुटकुला धूप फ्रांस बजे बर्फ बारिश मौसम राजधानी समय "
    ),
    "vi": (
        " cười mưa mấy nắng pháp thời thủ tiết truyện tuyết đô "
    ),
    "id": (
        " cuaca cuacanya hujan ibukota lelucon matahari perancis prancis resep salju "
    ),
    "th": (
        " กี่ ฝน ฝนตก ฝรั่งเศส หิมะ อากาศ เมืองหลวง เรื่องตลก แดด โมง "
    ),
}  # fmt: skip

#: Verbs of which a keyword may be the object: `show me the rollback` asks about it, `undo that` does not.
ASKS = frozenset(
    """add build change check create delete describe detail explain fix handle implement improve list make open read remove review run
    show summarise summarize tell test update use write beschreib erklär erkläre zeig zeige explique montre décris explica explícame
    muestra mostra descrivi spiega leg toon vertel wyjaśnij pokaż объясни покажи расскажи""".split()
)
#: Articles: what follows one is a thing.
ARTICLES = frozenset(
    """the a an der die das den dem ein eine einen le la les un une des el los las unos il lo gli i uno una o os as um uma de het een""".split()
)


#: The weather, which people ask assistants about in any project; what such a question begins with, and what is in none.
WEATHER = frozenset(
    """weather wetter temps météo tiempo tempo meteo weer pogoda погода погоду väder vädret vejr vejret været sää hava vremea
    vreme idő időjárás καιρός καιρό الطقس מזג मौसम cuaca cuacanya""".split()
)
QUESTIONS = frozenset(
    """what whats how hows wie was quel quelle comment qué que cómo como che com hoe wat jaka jak какая как яка jaké jak hur vad
    hvordan hvad hva millainen mikä nasil cum milyen τι πώς كيف ما מה איך bagaimana gimana""".split()
)
WORKING = frozenset("work works does do did implemented done".split())


def is_of_the_weather(words: list[str], first: int) -> bool:
    """Whether a clause asks what the weather is like, of which the word at this place is the weather.

    >>> is_of_the_weather("what the weather like today".split(), 2), is_of_the_weather("how does the weather work".split(), 3)
    (True, False)
    """
    if words[first] not in WEATHER or words[0] not in QUESTIONS or WORKING.intersection(words):
        return False
    talk, _ = _words()
    return all(at == first or word in STOP or _is_in(word, talk) for at, word in enumerate(words))


def is_talk(tokens: Tokens, is_known: Callable[[str], bool] | None = None) -> bool:
    """Whether a prompt is nothing but small talk or a question about the world.

    `is_known` says whether a word, in normal form, stands in some document; one that stands in none may be a name.
    """
    talk, world = _words()
    seen = unseen = 0
    for words, forms in zip(tokens.words, tokens.forms, strict=True):
        run = ""
        for word, form in zip([*words, ""], [*forms, ""], strict=True):
            if word and _is_unspaced(word):
                run += word
                continue
            if run and not _can_be_cut(run, talk, world):
                return False
            seen += bool(run)
            run = ""
            if not word or word in STOP or word.isdigit():
                continue
            if _is_in(word, talk) or _is_in(word, world):
                seen += 1
            elif is_known is None or is_known(form):
                return False
            else:
                unseen += 1
    return seen > 0 and seen >= unseen


def is_only_talk(tokens: Tokens, hit: Hit | None = None) -> bool:
    """Whether a prompt, or the words of a hit in it, is nothing but thanks, greetings, assent and commands."""
    talk, _ = _words()
    seen = False
    for words in tokens.words if hit is None else [tokens.words[hit.clause][hit.first : hit.last]]:
        run = ""
        for word in [*words, ""]:
            if word and _is_unspaced(word):
                run += word
                continue
            if run and not _can_be_cut(run, talk):
                return False
            seen = seen or bool(run)
            run = ""
            if word and not (word in STOP or word.isdigit()):
                if not _is_in(word, talk) and not (hit and is_of_the_weather(tokens.words[hit.clause], hit.first)):
                    return False
                seen = True
    return seen


def is_asked_about(words: list[str], first: int) -> bool:
    """Whether the word at this place of a clause is what somebody asks about, and not what they say to the assistant."""
    article = False
    if is_of_the_weather(words, first):
        return False
    for at in range(first - 1, -1, -1):
        word = words[at]
        if word in ASKS:
            return True
        if word not in STOP and word not in ARTICLES:
            return False
        article = article or word in ARTICLES
    return article


_joined: list[str] = []
#: How many words are remembered, and how long they are at most; and whether they are in a table.
KNOWN, LONGEST = 10_000, 63
_known: dict[tuple[str, str], bool] = {}


def _words() -> list[str]:
    """All words of talk, and all of the world, each between blanks: to look for one in a text is quicker than to part
    it.
    """
    if not _joined:
        _joined[:] = ["".join(TALK.values()), "".join(WORLD.values())]
    return _joined


def _is_in(word: str, table: str) -> bool:
    """Whether a word is in a table, letters that somebody held aside: `sooo`, `thaanks`. It is remembered, since a text
    is searched for long.
    """
    found = _known.get((word, table))
    if found is None:
        found = f" {word} " in table or _is_in_squeezed(word, table)
        if len(word) <= LONGEST:
            if len(_known) >= KNOWN:
                _known.clear()
            _known[word, table] = found
    return found


def _is_in_squeezed(word: str, table: str) -> bool:
    return any(char * 3 in word for char in set(word)) and any(f" {_squeezed(word, most)} " in table for most in (1, 2))


def _squeezed(word: str, most: int) -> str:
    """A word with at most so many of the same letter in a row, where there are three or more."""
    kept = ""
    for char in word:
        if not kept.endswith(char * 3):
            kept += char
    for char in set(kept):
        kept = kept.replace(char * 3, char * most)
    return kept


def _is_unspaced(word: str) -> bool:
    """Whether a word is a character, with its marks, of a script that writes without blanks."""
    return (len(word) == 1 and word >= "\u3005") or "\u0e01" <= word[0] <= "\u0eff"


def _can_be_cut(run: str, *tables: str) -> bool:
    """Whether a run of characters is made of words of the tables, end to end."""
    ends = {0}
    for end, _ in enumerate(run, 1):
        if any(
            start in ends and any(f" {run[start:end]} " in table for table in tables)
            for start in range(max(0, end - 12), end)
        ):
            ends.add(end)
    return len(run) in ends
