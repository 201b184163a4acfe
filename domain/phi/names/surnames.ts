/** Common surnames of many cultures, in lower case without marks. */
export const surnames = `
smith johnson williams brown jones miller davis wilson anderson taylor thomas moore jackson martin lee thompson white
harris clark lewis robinson walker young allen king wright scott hill green adams baker nelson hall campbell mitchell
carter roberts turner phillips evans parker edwards collins stewart morris murphy cook rogers morgan peterson cooper
reed bailey bell kelly howard ward cox richardson wood watson brooks bennett gray james hughes price myers long foster
sanders ross powell sullivan russell jenkins perry butler barnes fisher henderson coleman simmons patterson jordan
reynolds hamilton graham wallace west cole hayes gibson bryant ellis stevens murray ford marshall owens mcdonald harrison
kennedy wells woods henry hunter webb washington tucker freeman burns crawford simpson porter gordon shaw hunt holmes
palmer wagner robertson black mason rice stone knight boyd rose dixon hicks warren ferguson nichols grant arnold pierce
bradley lane carroll duncan armstrong gardner andrews weaver payne greene lawrence elliott chapman montgomery lawson
austin peters franklin lynch fuller harper bishop carr burton stephens jacobs little day bowman jacobson hansen hanson
larson olson jensen swanson carlson fowler brewer hoffman schmidt schultz schneider mueller meyer weber becker fischer
wolf klein schroeder neumann schwarz zimmermann braun kruger hofmann hartmann lange krause lehmann kohler herrmann
walter maier koenig fuchs vogel keller frank berger winkler roth beck lorenz baumann franke albrecht schuster simon
oconnor oneill obrien oneal odonnell mccarthy ryan byrne oreilly doyle gallagher doherty kavanagh mcloughlin nolan
mackenzie macdonald macleod fraser cameron campbell mclean sinclair buchanan douglas mccoy mckinney mclaughlin
mccormick mcgrath mcguire mcbride mckenzie fitzgerald fitzpatrick quinn brennan burke daly kane walsh flynn casey
doe roe bloggs
garcia rodriguez martinez hernandez lopez gonzalez gonzales perez sanchez ramirez torres flores rivera gomez diaz reyes
cruz morales ortiz gutierrez chavez ramos ruiz alvarez mendoza castillo jimenez vasquez vazquez romero moreno herrera
medina aguilar vargas castro guzman mendez munoz salazar garza soto vega alvarado delgado pena contreras sandoval
guerrero rios estrada ortega nunez maldonado dominguez valdez espinoza rojas silva padilla marquez juarez cabrera
fuentes leon molina campos santos acosta miranda figueroa cortez navarro serrano ayala calderon lara trujillo velasquez
cervantes zamora rosales salinas mejia duran ibarra avila lozano santiago villarreal cardenas orozco
silva santos oliveira souza pereira lima carvalho ferreira ribeiro almeida costa gomes martins araujo barbosa rocha
fernandes goncalves lopes marques moreira cardoso teixeira correia
rossi russo ferrari esposito bianchi romano colombo ricci marino greco bruno gallo conti deluca mancini costa giordano
rizzo lombardi moretti barbieri
dubois durand leroy moreau laurent lefebvre michel bertrand roux vincent fournier morel girard bonnet dupont lambert
fontaine rousseau blanc guerin mercier tremblay gagnon bouchard gauthier morin lavoie fortin bergeron
nguyen tran le pham huynh hoang phan vu vo dang bui do ho ngo duong ly dinh trinh doan luong truong lam
wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie tang han cao deng
feng peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren shen yao lam chan wong cheung
leung chow kwok tsang tam
kim park choi jung kang cho yoon jang lim shin seo kwon hwang ahn song yoo hong
sato suzuki takahashi tanaka watanabe ito yamamoto nakamura kobayashi kato yoshida yamada sasaki yamaguchi matsumoto
inoue kimura hayashi shimizu saito mori abe ikeda hashimoto
singh kumar sharma patel gupta verma shah reddy rao nair iyer iyengar menon pillai mehta joshi desai jain agarwal
agrawal mishra pandey tiwari chaudhary choudhury das ghosh banerjee mukherjee chatterjee bose sen roy dutta kaur gill
sidhu grewal dhillon sandhu khanna kapoor malhotra chopra bhatia arora sethi naidu prasad srinivasan krishnan
subramanian venkataraman bhatt trivedi patil kulkarni deshpande fernando perera silva
khan ahmed ali hussain hassan mohamed mohammed abdullah ibrahim malik sheikh syed hussein omar mahmoud mustafa
saleh nasser mansour khalil haddad khoury nassar hamdan aziz rahman hossain islam uddin chowdhury begum bibi akhtar
iqbal qureshi siddiqui mirza butt chaudhry raja anwar farooq yilmaz kaya demir celik sahin ozturk aydin arslan
hosseini ahmadi mohammadi karimi rezaei moradi jafari
ivanov ivanova smirnov smirnova kuznetsov petrov petrova sokolov popov lebedev kozlov novikov morozov volkov solovyov
vasiliev zaitsev pavlov semenov golubev vinogradov bogdanov vorobiev fedorov mikhailov orlov kovalenko shevchenko
bondarenko tkachenko kravchenko kovalchuk melnyk kravchuk
nowak kowalski kowalska wisniewski wojcik kowalczyk kaminski lewandowski zielinski szymanski wozniak dabrowski
kozlowski jankowski mazur krawczyk piotrowski grabowski pawlowski novak svoboda novotny dvorak cerny prochazka
horvat kovac babic maric jovanovic petrovic nikolic markovic djordjevic stojanovic popovic ilic nagy kovacs toth szabo
horvath varga kiss popa popescu ionescu dumitru stan
papadopoulos georgiou dimitriou nikolaidis christodoulou
johansson andersson karlsson nilsson eriksson larsson olsson persson svensson gustafsson hansen johansen olsen larsen
andersen pedersen nielsen jensen christensen rasmussen sorensen virtanen korhonen nieminen
jansen bakker visser smit meijer mulder bos vos peters hendriks dekker vandenberg vandermeer dejong devries
okafor okonkwo okeke nwosu eze obi chukwu nwachukwu adeyemi adebayo ogunleye afolabi balogun oyelaran ojo bello
musa abubakar mensah owusu osei boateng appiah asante addo agyeman ofori otieno ochieng mwangi kamau njoroge kariuki
wanjiku odhiambo kimani mutua juma diallo traore keita coulibaly kone toure diop ndiaye sow fall ba diarra camara
nkosi dlamini ndlovu khumalo mokoena zulu sithole tesfaye bekele tadesse alemu haile kebede girma
cohen levy levi mizrahi peretz friedman katz goldberg goldstein rosenberg rosenthal weiss schwartz kaplan shapiro
bernstein greenberg silverman feldman
delacruz bautista ocampo villanueva mendoza aquino delosreyes pascual magbanua manalo dizon
kealoha kahananui kamaka begay yazzie benally tsosie
`;
