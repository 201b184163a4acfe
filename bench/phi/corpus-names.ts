/** Names of one culture, written as its people write them. */
interface Culture {
  given: string[];
  family: string[];
}

const culture = (given: string, family: string): Culture => ({
  given: given.trim().split(/\s+/u),
  family: family.trim().split(/\s+/u),
});

/**
 * The people of the corpus. Compiled apart from the detectors' dictionary: telephone-book names and rare ones side by
 * side, so that well over a third are in no list that the detectors have.
 */
export const cultures: Record<string, Culture> = {
  western: culture(
    `Jane Robert Thaddeus Prudence Wilhelmina Bartholomew Clementine Kayleigh Brayden Jaxon Peyton Tabitha Leopold Cordelia
    Ezekiel Marguerite Ambrose Rosalind Percival Araminta Emily Michael Patricia Daniel Linda Oswin Tamsin Merritt Lachlan`,
    `Smith Baker Ashworth Thistlewood Featherstone Quackenbush Entwistle Cholmondeley Pemberton Harrison McAllister O’Shaughnessy
    Winterbourne Longfellow Hathaway Blackwood Stonebridge Vanderbilt Miller Carter Ramsbottom Tillinghast Okerlund Sizemore
    Pruitt Dunleavy Birdwhistell Haverford Culpepper Trueblood`,
  ),
  hispanic: culture(
    `María José Luis Guadalupe Itzel Xóchitl Yesenia Eustaquio Heriberto Anselmo Nereida Graciela Ulises Fidencio Araceli
    Jacinto Zoraida Celestino Rigoberto Nayeli Carlos Ana Evangelina Casimiro Yadira Wilfrido`,
    `García Hernández Zaragoza Villaseñor Echeverría Bustamante Arredondo Montemayor Ybarra Peñaloza Quiñones Urrutia
    Tlatelpa Cuauhtémoc Rodríguez López Barragán Olivarez Etcheverry Saldívar Iturbide Xicoténcatl Gallegos Zavala`,
  ),
  vietnamese: culture(
    `Thị Văn Hồng Tuấn Phượng Diễm Khuê Quỳnh Nhật Tường Bích Đăng Lộc Vỹ Hạnh Nguyệt Thắm Kiều Trâm Ánh Minh Linh Cường Mỹ`,
    `Nguyễn Trần Lê Phạm Quách Tạ Tô Triệu Mạc Khổng Giang Âu Nghiêm Thái Lương Vương Võ Đặng Tống Tiêu`,
  ),
  chinese: culture(
    `Xiaoyan Zhiqiang Meifeng Guozhen Yuhan Ruoxi Haoyu Lingxiao Jingwen Shufen Baozhu Chunhua Weimin Jiaqi Xinyi Zhenhua Wei
    Jianhong Yutong Qiuyue Fang Lanying`,
    `Wang Zhang Ouyang Situ Shangguan Qiu Xiong Meng Long Mao Hou Shao Qin Xue Lei Fang Bai Zou Tan Jin Zhuge Gong Kong Chen`,
  ),
  indian: culture(
    `Priyanka Raghunath Venkataraghavan Madhuri Jyotsna Kalyani Dhruv Tejaswini Bhargav Lalitha Harshvardhan Omprakash Sudhir
    Gayatri Purnima Tanvi Yashoda Ishaan Rahul Anjali Chandrashekar Vasundhara Mrinalini Paramjit`,
    `Patel Sharma Ramachandran Gopalakrishnan Chattopadhyay Bhattacharya Thirunavukkarasu Wadhwa Ranganathan Bhandari Tripathi
    Deshmukh Namboothiri Venkatesan Sundaram Kalra Dubey Singh Muthuswamy Ahluwalia Khandelwal Balasubramanian Rastogi`,
  ),
  arabic: culture(
    `Mohammed Fatima Abdelkader Zaynab Mutasim Shurooq Tahani Yahya Anwar Suhaila Ghassan Lubna Muhannad Rawan Haifa Qasim
    Wijdan Bashir Ruqayya Idris Ahmed Nizar Thuraya Dhiya`,
    `Al-Rashid Haddad Al-Masri Boutros Benali El-Sayed Zeidan Qabbani Tlass Darwish Shadid Abdelrahman Al-Harbi Bensalah
    Khashoggi Nasrallah Khan Ahmed Al-Otaibi Makhlouf Jaber Barghouti Sabbagh Zoghbi`,
  ),
  slavic: culture(
    `Svetlana Dmitri Bohdan Yaroslav Zlata Radmila Miroslav Wieslawa Kazimierz Bronislava Ludvik Vsevolod Snezhana Lyubov
    Taras Oksana Zdravko Milorad Grzegorz Halina Ivan Agnieszka Dobromir Vlastimil`,
    `Ivanov Kowalski Szczepański Wyszyński Brzęczyszczykiewicz Dostoyevsky Hrytsenko Yevtushenko Lukashenko Stojkovic Vukovic
    Hadzibegovic Zhukov Tymoshenko Jablonski Mroczek Petrenko Rybakov Chmielewski Nováková Dvořák Krasniqi Bilyk Zabolotny`,
  ),
  african: culture(
    `Chidi Oluwatobi Nkechi Kwabena Thembeka Sibusiso Wambugu Oyinkansola Temidayo Mpho Lindiwe Tendai Farai Chipo Rutendo
    Ebele Uzoma Adanna Gebre Mulugeta Zodwa Nomsa Kwame Amina Bonolo Ikechukwu Makena`,
    `Okonkwo Adichie Mkhwanazi Mthembu Nkomo Chikwanha Moyo Onyekachukwu Olatunji Akinfenwa Wekesa Barasa Nyong’o Mutombo
    Sisulu Tshabalala Gebreselassie Woldemariam Nnamdi Achebe Diallo Mensah Asamoah Onwudiwe Kiplagat Mabaso Sissoko`,
  ),
  korean: culture(
    `Seong-min Hye-jin Kyung-soo Ji-eun Min-ji Tae-hyun Sang-woo Yeon-hee Chul-soo Da-bin Eun-ji Jun-ho`,
    `Kim Park Bae Heo Nam Noh Chae Ryu Gwak Myung Cha Woo`,
  ),
  jewishTurkishGreek: culture(
    `Mordechai Zipporah Yehudit Menachem Ayşe Gülşen Oğuz Çağla Sevgi Eleftheria Panagiotis Despina Spyridon Thanasis Shoshana
    Efraim Batya Tuğba Zeki`,
    `Cohen Abramowitz Teitelbaum Finkelstein Yıldırım Özdemir Karagöz Papanikolaou Theodorakis Kazantzakis Zuckerbrot
    Rabinowitz Erdoğan Anagnostopoulos Halpern Lipschitz`,
  ),
  pacificFilipino: culture(
    `Marisol Dalisay Kekoa Malakai Lupe Sefina Makoa Tevita Jejomar Rizalina Crisanto Leialoha Nalani Sosefina Ofa Maynard`,
    `Bautista Macaraeg Dimaculangan Catacutan Kealoha Kamakawiwoole Tupou Faleolo Mahelona Pangilinan Magsaysay Tuiasosopo
    Lagunzad Panganiban Kaleikini Fonoti`,
  ),
};
