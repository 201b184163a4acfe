/** Common given names of many cultures, in lower case without marks, as a patient list in any town has them. */
export const givenNames = `
james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald
steven paul andrew joshua kenneth kevin brian george timothy ronald edward jason jeffrey ryan jacob gary nicholas eric
jonathan stephen larry justin scott brandon benjamin samuel gregory alexander patrick frank raymond jack dennis jerry
tyler aaron jose adam nathan henry zachary douglas peter kyle noah ethan jeremy walter christian keith roger terry austin
sean gerald carl harold dylan arthur lawrence jordan jesse bryan billy bruce gabriel joe logan alan juan albert willie
elijah wayne randy vincent mason roy ralph bobby russell bradley philip eugene leonard stanley frederick howard clarence
ernest martin curtis norman marvin glenn travis dale melvin craig leroy clifford herbert theodore oscar edwin eddie ray
liam oliver lucas levi owen caleb isaac hunter connor cameron evan derek trevor seth wesley ian colin neil graham stuart
nigel alistair callum declan cormac finn angus hamish ewan barry lloyd cecil floyd lester milton gilbert harvey julian
mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty margaret sandra ashley kimberly
emily donna michelle carol amanda dorothy melissa deborah stephanie rebecca sharon laura cynthia kathleen amy angela
shirley anna brenda pamela emma nicole helen samantha katherine christine debra rachel carolyn janet catherine maria
heather diane ruth julie olivia joyce virginia victoria kelly lauren christina joan evelyn judith megan andrea cheryl
hannah jacqueline martha gloria teresa ann sara madison frances kathryn janice jean abigail alice julia judy sophia grace
denise amber doris marilyn danielle beverly isabella theresa diana natalie brittany charlotte marie kayla alexis lori jane
rose ellen irene phyllis edna ethel mildred gladys hazel florence lucille bernice eleanor agnes marjorie josephine esther
norma wanda peggy bonnie tammy tina dawn tracy rhonda sherry robin crystal wendy vanessa erin lindsay molly claire chloe
zoe lucy ella ava mia harper avery lily audrey stella nora violet maureen fiona siobhan aoife niamh moira eileen sheila
jim jimmy johnny bob rob robbie mike mick bill will tom tommy dave rick dick joey tony steve andy josh ken kenny ron ronnie
ed ted tim jeff jake nick jon greg sam ben alex pat matt dan danny chris liz beth betsy kate katie kathy cathy sue susie
jenny jen maggie meg peg patty patti cindy debbie deb becky vicky vicki mandy kim steph abby ellie annie
maria carlos luis jorge miguel pedro jesus manuel francisco antonio alejandro rafael fernando ricardo eduardo roberto
sergio javier diego raul ramon enrique alberto mario julio cesar hector ernesto guillermo gustavo arturo alfredo armando
pablo felipe andres santiago mateo sebastian emilio ignacio joaquin marcos ruben salvador rodrigo gerardo hugo ivan angel
guadalupe rosa juana margarita carmen josefina alicia yolanda leticia veronica gabriela adriana alejandra daniela valentina
camila lucia elena isabel ines pilar dolores mercedes consuelo esperanza beatriz silvia claudia monica paola marisol
ximena rocio lourdes luz catalina esmeralda maricela graciela rosario antonia teresita
joao paulo pedro thiago gustavo mateus bruno leonardo renato beatriz larissa leticia fernanda juliana mariana
giovanni giuseppe marco luca matteo francesco alessandro lorenzo giulia chiara francesca alessia paolo pietro
pierre jacques michel francois philippe jean-pierre claude rene henri louis guillaume antoine mathieu thierry olivier
isabelle sylvie nathalie veronique celine amelie aurelie camille monique brigitte
hans klaus jurgen wolfgang heinz helmut dieter gunther stefan andreas matthias uwe ralf karl friedrich ursula
ingrid renate helga monika sabine petra heike birgit katrin anke greta lars sven bjorn erik nils magnus
anders henrik mikkel soren astrid sigrid ingeborg kirsten annika johan willem pieter jan kees dirk maarten
nguyen thanh minh anh tuan hung dung hoang huy khanh long nam phong phuc quang quan son tam thang thinh trung tuyet
vinh van thi hoa huong lan linh mai ngoc nhung phuong thao thu thuy trang trinh uyen xuan yen bao dat duc hai hieu khoa
wei jing li ming xiaoming xiaoli hui yan fang na lei jun yong jie qiang lin tao chao ping gang guang hong hua jian juan
bin bo cheng dong fei feng haiyan jianguo jianhua jiahui liang mei meiling ning peng qing rong rui shan shu ting wen
weiwei xia xiang xin xue yang yi ying yu yuan yue yun zhen zheng zhi zhihao zihan yuxuan zixuan haoran
minjun jihoon seojun hyun joon sung jin young hee soo eun minji jiwoo seoyeon hana yuna kyung
hiroshi takashi kenji akira yuki haruto sota yuto kazuo satoshi takeshi yoshiko keiko sachiko naoko emiko sakura aiko
aarav arjun rohan rahul amit sanjay vijay rajesh suresh ramesh anil sunil ravi deepak manoj prakash vikram ashok ajay
arun kumar krishna ganesh mohan raj rakesh sandeep nitin vivek karthik srinivas venkatesh harish naveen pradeep
priya anjali pooja neha sunita anita kavita lakshmi radha sita meena geeta rekha shanti divya shreya aishwarya deepika
kiran nisha padma parvati sangeeta savita swati usha vidya ananya isha harpreet gurpreet manpreet jaspreet balwinder
mohammed muhammad mohamed ahmed ahmad ali hassan hussein omar ibrahim yusuf khalid mustafa mahmoud abdullah abdul
abdulrahman abdulaziz rashid tariq bilal hamza karim samir nasser faisal saeed salim walid ziad jamal kamal adel
fatima aisha khadija maryam zainab layla leila amina noor nour huda samira salma yasmin rania dina mona nadia hana
farah amal iman sana reza hossein mehdi ali-reza nasrin shirin parisa maryam mehmet mustafa ayse fatma emine zeynep
imran asif shahid nadeem zahid farhan usman bilal saima sadia bushra rukhsana nasreen shabana
aleksandr sergei sergey dmitri dmitry vladimir andrei alexei aleksei nikolai mikhail yuri igor oleg boris anatoly
viktor pavel konstantin ruslan vadim roman maksim artem natalia natasha olga tatiana svetlana irina ekaterina anastasia
ludmila galina marina oksana yulia larisa nadezhda vera lyudmila tamara
jan piotr krzysztof andrzej tomasz pawel marcin jakub wojciech zbigniew stanislaw katarzyna malgorzata agnieszka
ewa magdalena joanna barbara zofia milan marko nikola stefan dragan zoran goran jelena milica ivana vesna
jiri petr vaclav jaroslav zdenek hana lenka martina istvan laszlo ferenc zoltan katalin ildiko eva
kwame kofi kwasi yaw kojo ama akosua abena efua adwoa chinedu chukwuemeka emeka ikenna obinna uche chioma ngozi
adaeze amaka nneka ifeoma oluwaseun olumide babatunde ayodele tunde folake yetunde funmilayo bukola temitope
kamau njoroge mwangi otieno odhiambo wanjiru wambui achieng akinyi nyambura juma baraka amani neema
thabo sipho themba bongani nomvula thandiwe zanele lerato abebe tesfaye dawit haile almaz tigist hirut selam
mamadou ousmane ibrahima cheikh moussa aminata mariama fatoumata awa adama abdoulaye
moshe avraham yitzhak yaakov shlomo chaim yosef rivka rachel leah miriam shira tamar avi ari eitan
dimitrios georgios konstantinos nikos yannis eleni aikaterini sofia vasiliki
jamal jamar darnell deshawn tyrone terrell malik latoya keisha lakisha shanice tamika ebony aaliyah imani kiara
keanu kalani leilani malia kaimana sione tevita mele aroha wiremu tane
rizal bayani ligaya dalisay jomar rodel marites rowena analyn jocelyn
`;
