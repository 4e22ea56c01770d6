"""The bilingual vocabulary: which words and phrases mean which concept.

Written by hand and in both languages at once, because mixed sentences are real ("kada deadline"). How an entry is
written:

* a plain word of five letters and more stands for all its forms (it is compared by its stem), a shorter one for itself;
* `word*` stands for every word that begins so (Lithuanian verbs have more forms than a list would hold);
* `=word` stands for exactly this form;
* `two_words` is a phrase; each of its words follows the same rules.

To teach it a word, add it to the concept's line of its language. A concept with "!" is a word of ours in one sense and
of somebody else's in another, and `reading` weighs it with what stands around it.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from handlers.understanding.folding import SHORTEST_STEMMED, fold, key, nearest

Language = Literal["lt", "en"]

CONCEPTS: dict[str, tuple[str, str]] = {
    # ---- what we know about
    "call": (
        "kvietimas kvietim* =kviet konkursas konkursai konkursu callas callai callu callus callo atrank* kvotim* saukim* šaukim* kvt callą kola",
        "call calls tender tenders call_for_proposals calls_for_proposals callai",
    ),
    "money": (
        "parama finansavimas finansuo* pinigai pinigelių pinigus dotacija subsidija lėšos lėšų investicijos grantas "
        "grantai grantų fondai fondų pinig* paskata paramėlė",
        "funding grant grants subsidy subsidies money fund funds finance financing support_for financial_support",
    ),
    "apply": (
        "paraiška paraišk* pareišk* teikti_paraišk* pateikti_paraišk* teikti pateikti teikia teikimas teikimo pateikimas "
        "pateikimo aplikuo* teikiam* kandidatuo* pretenduo* paduoti_paraišk* paduoti pildyti_paraišk*",
        "apply applying application applications submit submission submitting submissions proposal proposals applicant",
    ),
    "measure": (
        "priemonė priemonės priemonių programa programos programų",
        "measure measures scheme schemes programme",
    ),
    "meeting": (
        "posėdis posėd* posėdž* susitikimas susitikim* susirinkimas pasitarimas sesija meetingas meetingai meetingo "
        "meetingų meetingą mitingas sueiga pasėdis pasėdžiai =mtg mytingas mitingai susitikt* =pos =posėd",
        "meeting meetings session sessions sitting gathering meetup =mtg =mtgs reunion reunions",
    ),
    "event": (
        "renginys renginiai renginių renginį renginyje forumas konferencija suvažiavimas asamblėja seminaras",
        "event events forum conference assembly seminar workshop",
    ),
    "meets": (
        "renkasi renkat* renkam* renkas rinksi* rinksis rinkitės susirenk* susirinks* susitink* susitik* susėd* posėdžiau* "
        "susitiksim* sueina",
        "=meet =meets =gather =gathers =convene convenes we_meet",
    ),
    "group": (
        "darbo_grupė grupė grupės grupėje grupei grupių grupes =dg =wg darbo_grupelė komitetas komisija =dgrupė",
        "group groups working_group working_groups workgroup working_grp =grp work_group",
    ),
    "survey": (
        "apklausa apklaus* anketa anket* klausimynas klausimyn* apklausėlė apklausėl*",
        "survey surveys questionnaire questionnaires =poll =polls surv* inquiry enquiry inquiries",
    ),
    "digest": (
        "santrauka santrauk* apžvalga suvestinė =digestas naujienlaiškis naujienlaišk* savaitraštis savaitės_naujienos "
        "savaitės_ataskaita savaitės_laišk* savaitinis_laišk* savaitinį_laišk* savaitinių_laišk* savaitinio_laišk* digest*",
        "digest digests summary summaries roundup newsletter newsletters recap weekly_update weekly_news weekly_email weekly_mail weekly_letter bulletin bulletins round_up",
    ),
    "news": (
        "naujiena naujienos naujienas naujienų naujieną kas_naujo =naujo kas_gero kas_įvyko kas_nutiko kas_pasikeitė ką_praleidau",
        "news updates what's_new whats_new what_is_new what_s_new anything_new =new_stuff what_happened what_did_i_miss",
    ),
    "notice": (
        "pranešimas pranešim* skelbimas skelbimai skelbimų skelbimus skelbimo informacinis žinutė žinutės žinučių žinutes "
        "įspėjim* perspėjim* anons*",
        "announcement announcements announcing announced announce notice notices notification notifications message "
        "messages bulletin",
    ),
    "mails": (
        "laiškai laiškų laiškus laiškais meilus",
        "emails mails emailing e_mails mailing_list mailing pings pinging spam",
    ),
    "announcement": (
        "skelbimas skelbimai skelbimų skelbimus skelbimo anons* sekretoriato_pranešim* asociacijos_pranešim* skelbta",
        "announcement announcements announce announced bulletin",
    ),
    "reminder": ("priminim* primink* prisimink* pranešinė*", "reminder reminders remind alert alerts"),
    "secretariat": (
        "sekretoriatas sekretoriat* sekretorė sekretorius asociacijos_biuras =biuras administracija secretariat*",
        "secretariat =office secretary association_office",
    ),
    "association": (
        "asociacija asociacij* klasteris klaster*",
        "association cluster clusters",
    ),
    # ---- how one reaches people
    "contact": (
        "susisiek* susiekti kontaktas kontakt* kreiptis kreipt* telefonas telefon* =tel =mob numeris paskambin* skambint* "
        "=el_paštas el_paštas elpašt* paštas =meilas =emailas emailą parašyti kam_rašyti rašyti užduoti_klausim* paklausti_žmogaus "
        "pasikalbėti pakalbėti susirašyti į_ką =rekvizitai",
        "contact contacts reach phone telephone =mail email e_mail get_in_touch talk_to speak_to speak_with talk_with "
        "write_to call_the_secretariat phone_number hotline",
    ),
    "person": (
        "žmogus žmogum žmogumi žmogui gyvu_žmog* žmogaus žmonėmis gyvas_žmogus darbuotojas darbuotoju atsaking* konsultant* operatorius",
        "human person someone somebody staff real_person employee",
    ),
    "calendar": (
        "kalendor* =ics =ical autluk* outluk* outlook* =diary",
        "calendar calendars =ics =ical outlook gcal icalendar webcal diary",
    ),
    "exporting": (
        "įsikelti įkelti įkelk perkelti_į eksportuo* įdėti įdėk pridėti pridėk susidėti sudėti parsisiųsti parsisiunč* "
        "atsisiųsti sinchronizuo* sinchronizac* importuo* įsitraukti įtraukti persikelti susikelti suvesti įsidėti prijungti "
        "išsaugoti failas failą faila",
        "export import download sync synchronise synchronize =add =put =save =file subscribe_to_the_calendar feed",
    ),
    # ---- subscribing
    "subscribes": (
        "prenumeruo* prenumeruok užprenumer* užsiprenumer* sekti sekčiau =seku =sek abonuo* užsisakyti_naujien* "
        "užsisakyti_pranešim* užsisakyti_santrauk* užsisakyti_prenumer* įtraukti_mane įtraukit* įtraukite_mane įdėk* įdėkit_mane mane_įdėk* mane_įtrauk* mane_įraš* gavėjų_sąraš* užrašyk* užregistruo* įrašyk*",
        "subscribe subscribing sign_me_up sign_up follow =following keep_me_posted keep_me_updated keep_me_informed "
        "opt_in add_me_to put_me add_me be_informed keep_informing stay_informed on_the_list_for on_your_list",
    ),
    "subscription": (
        "prenumerata prenumeratos prenumeratą prenumeratų prenumeratas prenumerat*",
        "subscription subscriptions",
    ),
    "subscribed": (
        "prenumeruoju užsisak* užsiprenumeravęs gaunu kas_įjungta kam_užsiraš* esu_užsiraš* esu_sąraš* įtrauktas įtraukta ar_esu_įraš* mano_subs ką_man_siunt* ar_tu_man ar_man_siunt*",
        "subscribed signed_up i_receive do_i_receive do_i_get i_get i_follow do_i_follow what_am_i am_i_on am_i_in am_i_signed have_signed signed_with in_the_list on_the_list i_am_receiving am_i_receiving i_signed my_subs",
    ),
    "unsubscribes": (
        "atsiprenumer* atsisakyti atsisakau atsisakyčiau išsiregistr* išsirašyti atsisakym* nebeprenumer* neprenumer* "
        "atsiregistruo* nebeseku nebesekti nesekti",
        "unsubscribe unsubscribes unsubscribing unfollow opt_out opt_me_out remove_me sign_me_off take_me_off =mute",
    ),
    "stops": (
        "nebesiųs* nesiųs* nebesiunt* nesiunt* nerašyk* nerašin* neberašyk* neberašin* nebepraneš* nepraneš* nebeinformuo* "
        "nebenor* nebereik* nebegau* išjung* išjunk* nutrauk* liaukit* =gana pakanka užteks nustok* baik_siųs* nenoriu_daugiau "
        "nenoriu_gauti sustabdyti_prenumer* sustabdyk_prenumer* stabdyti_prenumer* atšaukti_prenumer* atšauk_prenumer* "
        "nesiuntinė* nebesiuntinė* netrukdyk* nebetrukdyk* nesiusk* nebesiusk*",
        "=stop =stops dont_send don_t_send do_not_send no_longer no_more turn_off switch_off disable cancel_my_subscription "
        "cancel_subscription don't_want dont_want don_t_want do_not_want quit_sending =enough shut_up don_t_email",
    ),
    "receives": (
        "gauti gaučiau gautume gautum gautų =gausiu siųsk* siųst* siųskit* siuntin* ateitų ateidin* įjung* gaudyti =gaut =gaučiau gausime =atsiųsk =siųst =siųskit būtų_siunčiam* siunčiam*",
        "receive receiving =get getting =send sending turn_on switch_on enable be_sent",
    ),
    "notify": (
        "informuo* pranešk* praneškit* pranešti praneštum* praneši pranešinė* žinot* duok_žin* duokit_žin* primink* primint*",
        "notify inform let_me_know let_us_know tell_me_when ping_me email_me alert_me remind remind_me warn_me",
    ),
    "wants": (
        "noriu norėčiau norėtume norime norim pageidauju =man =mane =mums =mus norisi",
        "=want wants =me =us i'd_like would_like i_d_like wish",
    ),
    "happens": (
        "pasikeis* pasikeič* keičias* atsiras* atsirand* pasirod* paskelb* skelbia atsidar* atsivers perkel* perkėl* atšauk* pajud*",
        "changes changed moved appears appear opens published posted happens moves cancelled changing",
    ),
    "habit": (
        "kas_savaitę kas_mėnesį kiekvien* nuolat visada reguliar* automatišk* kasdien kassavait* nuo_šiol =kai kai_tik kai_bus kai_atsir* "
        "naujus naujų naujas nauji =nauja =naują ateityje",
        "every_week every weekly_basis regularly always automatically from_now_on whenever =when_there =new each",
    ),
    "everything": (
        "=visko =viską =viska =visus visk* =nieko jokių =visų =visas visais",
        "everything all =any anything =nothing every_one every_single",
    ),
    "mine": ("=mano =aš =man =mane =manęs esu", "=my =mine =me =am_i =do_i =i_am i'm"),
    "self": ("=mano =aš aš_esu =esu", "=my =mine am_i do_i have_i i_have i_am =i"),
    # ---- asking
    "when": (
        "=kada kelint* kurią_dieną kuriom_dienom kokiu_laiku kokią_dieną =kad_bus kurią_valandą =kuomet kokia_data koks_laikas",
        "=when what_time what_date which_day what_day",
    ),
    "until_when": (
        "iki_kada iki_kurios iki_kurio iki_kiek iki_kelint* iki_kokios ligi_kada =iki_kad iki_kad ligi_kad iki_kokio kokiai_dienai iki_kurio",
        "until_when by_when till_when how_long_do_i_have until_what by_what how_long_can",
    ),
    "time_left": (
        "kiek_liko kiek_dar kiek_laiko_liko kiek_dienų kiek_laiko liko dar_spės* spėsiu spėju =spėti ar_spės* ar_vėluo* "
        "ar_nepavėlav* =pavėlavau dar_galima_teikti dar_galiu_teikti dar_priima",
        "time_left days_left how_much_time how_many_days how_long_left too_late still_apply still_time how_long_until =left "
        "remaining in_time",
    ),
    "deadline": (
        "terminas termin* =term deadlain* dedlain* deadlin* galutinė_data paskutinė_diena paskutinę_dieną galutinis_termin* "
        "paskutinė_data pabaigos_data =galas tarpiniai_termin* pabaiga pabaigos",
        "deadline deadlines due cutoff cut_off closing_date close_date last_day end_date final_date =due_date closing_time",
    ),
    "ends": (
        "baigiasi baigias baigsis baigsi =baigia baigias* pasibaig* užsidar* užsidaro baigiam* baigėsi pasibaigia sibaigia",
        "close closes closing =end =ends ending expire expires finish finishes ending",
    ),
    "starts": (
        "prasideda prasidės =pradžia prasided* prasidėj* atsidar* atsivers atsiver* startuo* pradedam* bus_skelb* bus_paskelb* paskelbs",
        "start starts begin begins starting open opens opening launch launched",
    ),
    "list": (
        "sąrašas sąraš* tvarkaraštis tvarkarašt* grafikas grafik* =visi =visus =visų =kokie =kokių =kokius =kurie =kuriuos "
        "=kurių išvardin* išvardyk visas_sąrašas tvarkrast*",
        "list lists schedule all which timetable overview =plan",
    ),
    "show": (
        "parodyk* rodyk* parodyt* pateik* =duok =duokit pasakyk* sakyk* papasakok* papasakot* atsiųsk* pasakyt* surask* =rask "
        "paieškok* paaiškin* nurodyk* nurodyt* išvardin* pasakykit sužinoti pasiteirauti paklausti patikslin*",
        "show give tell =find look explain display see send_me need want know",
    ),
    "next": (
        "=kitas =kito =kitą =kita =kitam =kitame =kitos artimiaus* sekant* ateinant* =laukia =kitoks kitą_kartą greičiausi* toliau vėl_susit* vėl_renk* =sekantis",
        "next nearest upcoming following soonest =coming",
    ),
    "previous": (
        "praėjus* praeit* paskutin* pastar* buvus* ankstesn* vakaryk*",
        "last previous past earlier latest recent yesterday's",
    ),
    "where": ("=kur kuriame =kurioje", "=where"),
    "question": (
        "=ar =kas =ką =ka =kam =kuo =kaip =kiek =kokia =koks =kokį =kokią =kokio =kokios =kokiu =kuris =kuri =kurį =kurią "
        "=kodėl =dėl_ko kokiame kokioje kokiais =kieno =gal",
        "=what =how =who =why =are =do =does =did =can =could =which =whose =will =has =have =would",
    ),
    "why": ("=kodėl =kodel dėl_ko dėl_kokios", "=why what_happened_to"),
    # ---- of a meeting
    "agenda": (
        "darbotvark* dienotvark* darbotvarkė svarstyt* svarstom* svarstys* svarstysi* svarstoma aptari* aptars* aptarsi* "
        "kalbėsi* kalbėsime kokie_klausimai kokius_klausimus kokiais_klausimais posėdžio_klausim* posėdžio_tem* nagrinė* diskutuo* dienos_tvark*",
        "agenda agendas discussed discuss discussing discussion on_the_table agenda_items talk_about talking_about order_of_the_day order_of_day running_order",
    ),
    "place": (
        "=vieta vieta vietoje vietą vietos adresas adresu adresą =salė salė salėje kabinetas kabinete kabinetą patalpa "
        "patalpoje kokiame_kabinete auditorija nuvykti =kab kelintame_aukšte",
        "place venue which_building which_city what_city what_building which_town address room location =hall located location",
    ),
    "link": (
        "nuoroda nuorod* linkas linką linka =linko prisijung* =teams =zoom zoomas zoomu timsai timsų nuotoliu nuotolin* "
        "jungtis prisijungimas =jungt jungiam* vaizdo_skambut* internetu linkas linką linkai =linką",
        "link links =join joining =online =teams =zoom google_meet webex dial_in remotely remote url dial",
    ),
    "minutes": (
        "protokol* =prot nutar* nuspręs* nusprend* sprendim* nutarim* sutarta sutarėt* kas_nuspręsta ką_nuspręs*",
        "minutes =mom decided decide decision decisions resolved resolution record_of minutes_of agreed protocol",
    ),
    "quorum": (
        "kvorum* laikomas_teisėt* būtų_teisėt* būtų_laikomas_teisėt* pakankamai_narių užteks_narių užtenka_narių pakankamai_žmonių užteks_žmonių užteks_balsų pakanka_narių",
        "quorum quorate enough_members enough_people quorums vote_counts vote_count vote_valid valid_vote to_be_valid be_valid be_lawful to_be_quorate",
    ),
    "attendees": (
        "dalyviai dalyvių dalyvis dalyvaus dalyvauja dalyvavo dalyvavim* dalyvaus* ateis =ateina atvyks kas_bus_posėd* kas_yra_darbo kas_yra_grup* sudėtis "
        "sudėt* nariai narių narys susirinks kas_eina kas_sėdi sėdi sėdinčių buvo_atėj* atėję užsiregistrav*",
        "attendees who_is_going who_s_going whos_going who_came who_was_in represented attending attend participants participant members member who_is_coming who's_coming coming_to who_will_be "
        "who_s_coming composition attendance round_the_table around_the_table who_sits =sits who_is_in who's_in",
    ),
    "chair": (
        "pirminink* =veda vedantis vadovauja vadovaus ves pirmininkas moderuo* vadovas vadovauj*",
        "chair chairs chaired chairman chairwoman chairperson chairing who_leads leads lead moderates presides who_is_running who_s_running who_runs running_the_show head_of boss_of in_charge has_charge",
    ),
    "duration": (
        "trukm* trunka truks =trukti užtruks užsitęs* kiek_valandų kiek_laiko_truks tęsis kiek_truks kiek_truk* kiek_užtruks kiek_maždaug_valand* kada_baigsis_posėd*",
        "duration how_long last_long take_long drag_on drags_on lasts =take takes how_many_hours",
    ),
    # ---- of a call
    "detail": (
        "biudžet* suma sumos sumą intensyv* sąlyg* sąlygos reikalavim* aprašas aprašo aprašą remiam* veikl* kompensuo* "
        "kriterij* pareiškėj* dokument* išsam* detal* tinkam* kvalifikuo* didžiausia_suma procent* bendrafinansav* apraš* gavėj* "
        "administruo* ištakos papasakok* plačiau daugiau_apie daugiau_informac* informacij* info kas_yra kas_tai apie konsorci*",
        "budget amount eligible eligibility condition conditions requirement requirements intensity details detail maximum "
        "minimum criteria activities supports support tell_me_about information info about more_about what_is what's cover "
        "covers co-financing administers runs manages documents describe description",
    ),
    "about": (
        "papasakok* papasakot* =apie plačiau daugiau_apie išsam* informacij* info kas_yra kas_per",
        "about tell_me_about details detail information info more_about describe",
    ),
    "how_much": ("=kiek kiek_pinigų kokia_suma kokio_dydžio", "how_much how_big how_large amount"),
    "takes_part": (
        "gali_dalyvauti gali_teikti gali_kreiptis gali_gauti kam_skirt* kas_gali galime_teikti galim_teikti ar_tinka",
        "who_can can_apply can_we_apply qualifies qualify",
    ),
    # ---- states of a call
    "open": (
        "atvir* atidaryt* galiojan* galioja aktyv* vykstan* dabartin* prieinam* šiuo_metu =dabar paskelbt* šiuometin* aktual* "
        "veikiant* siuometin* galima_gauti galima_teikti galima_rasti priimam* siūlo* siūlot*",
        "open opened active current currently =now right_now at_the_moment available ongoing =live these_days today's presently",
    ),
    "strictly_open": (
        "atvir* atidaryt* galiojan* galioja aktyv* vykstan*",
        "open opened active ongoing =live taking_applications accepting_applications",
    ),
    "planned": (
        "planuo* suplanuot* žadam* numat* numatom* būsim* busim* artėjan* laukiam* prognoz* bus_skelb* bus_paskelb* atsidarys atsivers atsidaro ruošiam* "
        "rengiam* ateit* bus_artimiausiu artimiausiu_metu greitai",
        "planned planning forecast forecasted forthcoming expected future will_open scheduled "
        "announced_soon soon opening",
    ),
    "postponed": (
        "atidėt* atidėjo atideda nukelt* nukėl* atidėl* perkelt* atidet*",
        "postponed delayed deferred postpone moved pushed_back pushed_out put_off moved_back",
    ),
    "suspended": (
        "sustabdyt* pristabdyt* sustabdė pristabdė stabdom* =stabdo įšaldyt*",
        "suspended paused on_hold frozen halted",
    ),
    "extended": ("pratęst* prailgint* pratęsė pratęs* praplest*", "extended prolonged extension extensions"),
    "closed": (
        "uždaryt* =užsidarė užsidariusi* užbaigt* =pasibaigę pasibaigus* pasibaigęs =baigęsi baigti_kvietim* pasibaigusi* nebegaliojan* buvę senesni senus seni",
        "closed ended expired past finished old",
    ),
    "cancelled": (
        "atšaukt* atšaukė nutraukt* panaikint* neįvyks neatšaukt* neivyks",
        "cancelled canceled called_off scrapped cancellation",
    ),
    # ---- whom money is for
    "field": (
        "klaster* įmonė įmonėms įmonių įmonės verslas versl* startuol* =mvį =smulkus startupas inovacij* eksport* =mtep =mtepi "
        "moksl* tyrim* technolog* skaitmenin* energetik* fotonik* pramon* gamyb* žemės_ūki* regionas regionams infrastruktūr* "
        "projektas projektams projekt* tarptautin* plėtra plėtrai rinkodar* vidutin* organizacij* bendrov* pareišk*",
        "cluster clusters company companies business businesses startup startups sme smes innovation innovations export exports "
        "research technology digital energy photonics industry manufacturing infrastructure project projects firms r&d region",
    ),
    # ---- about the bot itself
    "help": (
        "pagalba pagalbos pagalbą padėk* padėti padėt* ką_moki ką_tu_moki ką_gali ką_galit* ką_tu_gali ką_sugebi ką_mokat* kuo_gali "
        "kaip_naudot* naudotis instrukcij* =komandos komandos komandas komandų kaip_veik* ką_galiu ką_galėčiau nežinau_ką "
        "kaip_tavimi ko_galiu ką_daro ką_veiki ką_tu_veiki apie_ką_galiu ko_galiu ko_klaus* ką_klaus* galima_klaus* kaip_klaus* kaip_kalbė* kaip_su_tavim kaip_užduo* kaip_suformul* kokiais_klausimais galimyb* pavyzdži* ką_išvis kaip_derėtų ką_gebi ką_gebat* kaip_tavęs",
        "help what_can_you what_do_you_do what_can_i commands command how_does_this how_do_you_work how_to_use how_do_i_use "
        "instructions manual how_can_you what_are_you_able =menu assist phrase what_you_can what_i_can can_i_ask how_this_works how_it_works your_capabilities capabilities abilities features what_are_you_for",
    ),
    "greeting": (
        "=labas labas sveikas sveiki sveika laba_diena labas_rytas labas_vakaras gerą_dieną gerą_vakarą laba labuk* =lab sveikut* sveikuč* =alio =ei "
        "labarytis =laba gero_ryto malonu_susipaž* =heja kaip_sekasi kaip_gyveni =labs labų laba_vakar sveikinu linkėjimai =helo",
        "=hi =hello hello =hey hiya good_morning good_afternoon good_evening good_day greetings =yo howdy morning hi_there hello_there "
        "how_are_you nice_to_meet_you pleased_to_meet_you helo helou",
    ),
    "thanks": (
        "=ačiū =aciu ačiū dėkui dėkoju dėkoja* dėkinga* dėkingas =dėkoj dėkoj* padėkot* dekuj* =ačiu aciukas =ačiūū ačiūū ackiu =thanx =tanks =aciuu aciū ačiu dėkoju_už dėkui_už iki_pasimatymo_ir_ačiū",
        "thanks thank thank_you =thx =ty cheers appreciated grateful =tnx thankyou thanx",
    ),
    # ---- not ours
    "body": (
        "seimas seim* vyriausyb* savivald* parlament* prezident* teismas teismo teisme teism* mokykl* bendrijos bendrija "
        "akcinink* partij* =tarybos taryba tarybos tarybą ministr* =nato šeimos šeima darželi* universitet* "
        "profsąjung* bažnyči* gyventojų =namo tėvų klasės klasė klasiok* draugų draugai kaimyn* europos_komisij* =jt "
        "centro_bankas bankas banko mokytojų studentų merijos meras",
        "parliament parliamentary government council municipality municipal court senate congress nato school shareholders "
        "parents president board_game bundestag cabinet un_security church university tribunal commission friends",
    ),
    "topic": (
        "=oras =orai =oro orų lietus lietaus lis =lyja snig* temperatūr* restoran* pavalgyt* pavalgy* kavin* =pica pica picą picų "
        "pietūs pietus vakarienė maistas_į receptas recept* išsikept* kepti virti cepelin* alaus alus vaistin* vaist* gydytoj* "
        "ligonin* skauda krepšin* futbol* sport* rungtyn* varžyb* olimpi* anekdot* juokel* juok* eilėrašt* eiles dain* muzik* "
        "film* kinas kino serial* knyg* koncert* teatr* bilieta* bilietą skrydis skrydž* lėktuv* traukin* autobus* taksi kelion* viešbut* "
        "atostog* kursas_dol* dolerio doler* euro_kurs* valiut* =akcijos akcijų kriptoval* bitcoin* kuras kuro benzin* dyzelin* "
        "kainuo* kaina_bil* parduotuv* prekyb* apsipirk* draudim* automobil* mašin* būst* paskol* nuoma nuomos nuomą nuomoti butas butą namas "
        "alga algos atlyginim* uždirb* darbo_užmok* darbo_skelbim* asmens_kod* slaptažod* asmenin* gyvena vestuv* gimtadien* šok* vakarėl* "
        "krikštyn* jubiliej* kalėd* velyk* horoskop* mėnuli* rinkim* balsuo* politik_pas karas karo ukrain* ukrainai rusij* išmok* pašalp* pensij* "
        "mokesči* =pvm dukra vaik* sūn* žmona vyras meilė meilės mylėt* =myli dieva* svor* dietos =python programuo* programėl* kodą kodas "
        "išversk* vertim* istorij* matemat* namų_darb* elektr_sask sąskait* kredit* loterij* žaidim* žaid* šuo šuns katė kates kačių "
        "kvail* durn* =liūdni lietuvi* sostin* gyventoj* ežer* upė kaln* aukšč* plaukim* grybaut* žvejyb* paskambink_man iškviesk* "
        "išsikviest* greitoji policij* gaisrin* spausdintuv* kompiuter* telefono_kaina pirkti nupirk* parduo* "
        "tau_metų tavo_amž* kas_tave =tavęs_sukūrė sukūrė sukurk* piešk* nupiešk* paveiksl* parašyk_už =laiką_kiek prekyb*",
        "weather rain raining snow temperature forecast_weather restaurant pizza lunch dinner breakfast recipe cook eat food_near "
        "beer wine pharmacy doctor hospital medicine headache basketball football soccer sport sports match olympics joke jokes "
        "poem poems song songs music movie movies film films book_me books concert theatre ticket tickets flight flights plane train "
        "trains taxi uber trip hotel vacation holiday holidays dollar exchange_rate currency stock stocks bitcoin crypto fuel petrol gas_price "
        "price_of shop shops shopping supermarket mall insurance car cars mortgage loan apartment rent salary salaries wage password passwords "
        "wedding birthday party dance christmas easter horoscope moon election elections vote politics war ukraine russia pension "
        "tax taxes wife husband mother girlfriend boyfriend kids love god diet weight python javascript code_for translate translation "
        "history maths homework essay bank_account lottery game games dog cat capital population mountain everest tall "
        "printer computer laptop post_office neighbour neighbours neighbor grandmother grandma door doors stupid idiot "
        "how_old your_name_is who_made_you who_created chess sing =play playing lunch buy cinema museum news_about doctor dentist",
    ),
    "hostile": (
        "ignoruok* pamiršk_savo pamiršk_visas pamiršk_taisykl* ankstesn*_instrukcij* ankstesnes_instrukcij* tavo_instrukcij* "
        "sistemin*_žinut* elkis_kaip apsimesk* įsivaizduok_kad nulaužk* ištrink_visus ištrink_duomen* savo_taisykl* slaptus",
        "ignore_your ignore_all ignore_previous ignore_the_previous disregard system_prompt pretend act_as jailbreak forget_your "
        "your_instructions roleplay role_play you_are_now override delete_all drop_table",
    ),
    "phone": (
        "paskambink_man skambink_man paskambinkit_man paskambink paskambinkite",
        "call_me call_my call_you call_him call_her call_them call_us call_back call_a call_an call_mom call_dad call_someone "
        "phone_call video_call call_the_police call_center call_of_duty",
    ),
    "invites": (
        "pakviet* pakviesk* pakviest* pakvies* iškviet*",
        "invitation invitations invite invites invited",
    ),
    "announced": (
        "paskelbė paskelbta paskelbtas skelbė skelbta pranešė rašė išsiuntė siuntė skelbia praneša",
        "published announced said sent posted wrote circulated anything_from something_from heard_from news_from",
    ),
    "elsewhere": (
        "lenkij* latvij* latviu estij* vokietij* prancūzij* portugal* švedij* suomij* ispanij* italij* norvegij* danij* čekij* "
        "slovakij* austrij* britanij* ukrainoj* =rygoje =rygos varšuv* =taline =talino berlyn* airij* olandij* belgij* "
        "užsieni*",
        "poland latvia latvian estonia estonian germany german france portugal portuguese sweden swedish finland finnish norway "
        "denmark =uk britain scotland ireland spain italy netherlands riga warsaw tallinn berlin helsinki abroad",
    ),
    "does_for_me": (
        "parašyk_už parašyk_man parašyk_pyth* už_mane parašyk_laišk* nupirk* užsakyk* užsakyti užsisakyti_pic* rezervuo* rekomenduo* "
        "rask_man_darb* išversk* paskaičiuo* =kart apskaičiuo* pakeisk* perkelk* pratęsk* atidaryk* uždaryk* surašyk* parašyk_paraišk* parenk* parengti_ministr* paruošk* sukurk* užpildyk_už pateik_mūsų pateikti_ją_mūsų mūsų_vardu už_mus",
        "write_me write_a write_an order_me order_lunch book_me =book order =fix recommend for_me calculate compute solve draft_me draft_a reschedule extend_the extend_our move_the change_the cancel_the submit_our submit_for fill_in_our for_us on_our_behalf open_the_window close_the_window",
    ),
    "private": (
        "asmenin* asmens_kod* alga atlyginim* gyvena uždirb* namų_adres* jo_telefon* jos_telefon*",
        "salary home_address personal_number passport private_number personal_data_of",
    ),
    # ---- said around a question
    "filler": (
        "=ir =o =bet =nes =kad =tai =tas =ta =tą =to =tos =tie =tų =jis =ji =jie =jo =jos =jam =jų =su =be =už =į =iš =iki =nuo =dėl =prie "
        "=per =po =pas =pagal =pro =apie =ant =ar =gal =gi =gi =jau =dar =tik =net =juk =nu =na =aha =hm =čia =ten =taip =ne =nėra =yra "
        "=bus =buvo =būtų =būti =esu =esate =esame =mes =jūs =jums =jūsų =mums =mūsų =mus =tu =tau =tave =tavo =save =savo =sau =visgi "
        "=vis =vėl =iškart =šis =ši =šį =šią =šio =šios =šie =šiuos =visi =visa =labai =gerai =gera =gerą =prašau =prašom =prašyč =lt =pls "
        "prašau prašyčiau prašome prašom prašymas malonėkite maloniai gerbiam* galbūt galima galiu galėčiau galėtum* galėtumėt* gali galite galit "
        "galima noriu norėčiau norėjau norime norėtume norim reikia reikėtų reikalinga pageidauju žinoti sužinoti žinot žinau nežinau klausimas "
        "klausimėlis paklausti klausyk pasakyti įdomu domina ieškau turiu turite turit turim kolegos kolega ponai ponia bendrai mielieji gerb "
        "tikrai būtinai greit greitai trumpai vienu žodžiu žodis atsakyk atsakymas atsakykit turbūt manau sakė kažkas kažkoks kažkokia pagaliau "
        "iškart anksto vakare ryte dieną diena rytą vakaras metu laikas laiko laiku data datos kartą kartas nauja naujas nauji naują naujausi* "
        "naujaus* paskutin* viskas visiems tam tokia toks tokie tuo tada todėl kuri kurie bent mažiau daugiau šiaip turėtų turėčiau vyksta "
        "vyks vyko planuoja įvyks daryti padaryti padaryt daroma rasti randu surasti matyti pamatyti rodyti gauti būna atstovas dalyvauti dalyvaus "
        "susipažinti norėdamas supratau nesuprantu suprasti tebėra žinoma jeigu =jei būtum būčiau atsiprašau =sakyk įjungti =vieną vienas vienam "
        "vienai savaitė savaitės mėnuo mėnesio dienomis kuria naudoti bendras ministerij* =agentūra agentūr* atstov* įsitraukti leiskite užpild* "
        "pildyti pildoma atsakyti atsakyta neužpild* neatsak* būsena statusas =kalba lietuviškai angliškai gerbiamieji gerbiamasis gerbiamoji nuoširdžiai kantryb* rūpest* supratimą prireikus",
        "=a =an =the =and =or =but =so =if =of =in =on =at =by =to =for =from =with =about =as =is =are =was =were =be =been =being =am =i "
        "=me =my =we =us =our =you =your =it =its =this =that =these =those =there =here =he =she =they =them =his =her =do =does =did =done "
        "=have =has =had =can =could =will =would =should =may =might =must =shall =please =pls =plz =just =also =very =much =some =any =no "
        "=not =yes =ok =okay =well =still =already =again =yet =too =more =most =less =one =ones =s =t =m =d =re =ve =ll =let =lets =get =got "
        "=give =see =need =want =like =know =go =keep =try =up =out =off =into =than =then =because =since =while =where =right =back =ask "
        "please could would should about there these those which while other another thing things something anything wondering wonder curious "
        "information question questions quick quickly looking moment currently today colleague colleagues dear kindly english lithuanian "
        "answer short briefly word words asking asks said believe think mean really already actually available taking taken held take_place takes_place taking_place took_place place_take happen "
        "happening happens going =able myself yourself everyone =all =team =boss =new around =sir madam sincerely regards bot robot",
    ),
}

ACTIONS = frozenset(("subscribes", "unsubscribes", "stops", "receives", "notify"))
"""Concepts that lead to a change; a word that is only similar to one of theirs never triggers it."""

GUESSABLE = (
    "call money apply meeting meets group survey digest notice announcement secretariat contact calendar deadline agenda place link minutes "
    "quorum attendees chair duration detail open planned postponed suspended extended closed cancelled subscribes unsubscribes "
    "subscription help greeting thanks list next ends previous"
).split()
"""Concepts that a misspelt word may be read as."""

STATUS_WORDS = ("planned", "postponed", "suspended", "extended", "closed", "cancelled", "open")


@dataclass(frozen=True, slots=True)
class _Index:
    """Entries by how they are compared."""

    exact: dict[str, frozenset[str]]
    stems: dict[str, frozenset[str]]
    prefixes: dict[str, frozenset[str]]
    phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    """Phrases by the first three letters of their first word: its entries, its concept."""
    english: frozenset[str]
    """Words that only the English lists have; a Lithuanian stem that they happen to share means nothing."""
    languages: dict[str, Language]
    """Folded words and stems that belong to one language only."""
    guesses: dict[str, dict[str, frozenset[str]]]
    """Words and stems that a misspelt one may be, by first letter, with their concepts."""


def concepts(word: str) -> frozenset[str]:
    """The concepts of one folded word; none when the vocabulary hasn't got it."""
    return _concepts(word)


@lru_cache(maxsize=8192)
def _concepts(word: str) -> frozenset[str]:
    index = _index()
    found = index.exact.get(word, frozenset())
    if len(word) < SHORTEST_STEMMED or word in index.english:
        return found
    found |= index.stems.get(key(word), frozenset())
    for length in range(3, len(word) + 1):
        found |= index.prefixes.get(word[:length], frozenset())
    return found


def whole(word: str) -> bool:
    """Whether the vocabulary has this very word or its stem, not only the beginning of it."""
    index = _index()
    if word in index.exact:
        return len(word) > 2
    return len(word) >= SHORTEST_STEMMED and key(word) in index.stems


def phrase(words: list[str], at: int) -> tuple[int, frozenset[str]]:
    """The longest phrase that begins at a word: how many words it takes, and its concepts; 0 when there is none."""
    best, found = 0, frozenset[str]()
    next_letter = words[at + 1][:1] if at + 1 < len(words) else ""
    for entries, concept in _begun(words[at]):
        size = len(entries) + 1
        if size < best or at + size > len(words) or entries[0][:1] != next_letter:
            continue
        if all(_is(words[at + i], entry) for i, entry in enumerate(entries, 1)):
            found = found | {concept} if size == best else frozenset((concept,))
            best = size
    return best, found


@lru_cache(maxsize=2048)
def _begun(word: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    """The phrases that a word begins: what is to follow it, and the concept."""
    phrases = _index().phrases.get(word[:2], ())
    return tuple((entries[1:], concept) for entries, concept in phrases if _is(word, entries[0]))


def language_of(word: str) -> Language | None:
    """Which language a folded word belongs to, None when both or neither have it."""
    return _index().languages.get(word) or _index().languages.get(key(word))


def guess(word: str) -> frozenset[str]:
    """The concepts of the word of ours that a misspelt one of five letters and more is most like; none when none is."""
    near = _index().guesses.get(word[:1])
    if near is None or len(word) < SHORTEST_STEMMED:
        return frozenset()
    forms = tuple(near)
    stem = key(word)
    like = nearest(stem, forms) if len(stem) >= SHORTEST_STEMMED else None
    like = like or nearest(word, forms)
    return near[like] if like is not None else frozenset()


@lru_cache(maxsize=1024)
def status_of(token: str) -> str | None:
    """The status of a call that one word names ("atidėtas", "Forecast"), None when it names none."""
    folded = fold(token).strip()
    if " " in folded:
        return None
    found = concepts(folded)
    for status in STATUS_WORDS:
        if status in found and folded not in ("soon", "greitai", "dabar", "now", "moved", "past", "old"):
            return status
    return None


def _is(word: str, entry: str) -> bool:
    if entry.endswith("*"):
        return word.startswith(entry[:-1])
    return word == entry or (
        len(word) >= SHORTEST_STEMMED and len(entry) >= SHORTEST_STEMMED and key(word) == key(entry)
    )


def own_words() -> frozenset[str]:
    """The folded words of all concepts, those of phrases one by one."""
    return frozenset(
        part
        for entries in CONCEPTS.values()
        for written in entries
        for entry in fold(written).replace("'", "_").split()
        for part in entry.strip("=*").split("_")
        if part
    )


@cache
def _index() -> _Index:
    exact: dict[str, set[str]] = {}
    stems: dict[str, set[str]] = {}
    prefixes: dict[str, set[str]] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    spoken: dict[str, set[Language]] = {}
    for concept, (lithuanian, english) in CONCEPTS.items():
        for language, entries in (("lt", lithuanian), ("en", english)):
            for entry in fold(entries).replace("'", "_").split():
                _enter(entry, concept, language == "lt", exact, stems, prefixes, phrases)
                for part in entry.strip("=*").split("_"):
                    spoken.setdefault(part, set()).add("lt" if language == "lt" else "en")
                    spoken.setdefault(key(part), set()).add("lt" if language == "lt" else "en")
    return _Index(
        {word: _shared(frozenset(found)) for word, found in exact.items()},
        {stem: _shared(frozenset(found)) for stem, found in stems.items()},
        {prefix: _shared(frozenset(found)) for prefix, found in prefixes.items()},
        {start: tuple(found) for start, found in phrases.items()},
        frozenset(word for word, found in spoken.items() if found == {"en"} and word in exact),
        {word: next(iter(found)) for word, found in spoken.items() if len(found) == 1},
        _guessable(),
    )


@cache
def _shared(meant: frozenset[str]) -> frozenset[str]:
    """One and the same set for all words of the same concepts: thousands of words, some hundred meanings."""
    return meant


def _enter(
    entry: str,
    concept: str,
    declined: bool,
    exact: dict[str, set[str]],
    stems: dict[str, set[str]],
    prefixes: dict[str, set[str]],
    phrases: dict[str, list[tuple[tuple[str, ...], str]]],
) -> None:
    plain = entry.removeprefix("=")
    if "_" in plain:
        parts = tuple(part for part in plain.split("_") if part)
        phrases.setdefault(parts[0][:2], []).append((parts, concept))
    elif plain.endswith("*"):
        prefixes.setdefault(plain[:-1], set()).add(concept)
    else:
        exact.setdefault(plain, set()).add(concept)
        if declined and not entry.startswith("=") and len(plain) >= SHORTEST_STEMMED and len(key(plain)) > 3:
            stems.setdefault(key(plain), set()).add(concept)


def _guessable() -> dict[str, dict[str, frozenset[str]]]:
    found: dict[str, dict[str, frozenset[str]]] = {}
    for concept in GUESSABLE:
        for entry in fold(" ".join(CONCEPTS[concept])).split():
            word = entry.strip("=*")
            if "_" in word or len(word) < SHORTEST_STEMMED:
                continue
            for form in {word} if entry.endswith("*") else {word, key(word)}:
                if len(form) < SHORTEST_STEMMED:
                    continue
                near = found.setdefault(form[0], {})
                near[form] = _shared(near.get(form, frozenset()) | {concept})
    return found
