/**
 * Words that are no name although they are capitalised at a sentence's start, in headings, in products and in logs; and
 * words that are names as well (`will`, `mark`, `grant`), which alone say nothing. Lower case.
 */
export const ordinaryWords = `
guarantor insured subscriber passport accession specimen prescription beneficiary chat caller callback worklist resident paciente
conference meeting memo agenda policy handbook weekly lobby annex
a about above accept accepted access account accounts across act action activated active activity actual add added
additional address admin administrator after again against agent ago alert all allergy allow allowed also alternate always am
amber among amount an analysis and another any anyone anything apache api app appeared application applied apply appointment
appointments approved archive are area around arrived art as ask asked assessment assigned assistant associated at attached attempt
attempts attention audit auth authentication author authority authorized auto automatic available average away back background backup
backups bad balance bank bar base basic basis battery bay be because become been before began begin behind being below best better between
beyond big bill billing binary bit blank block blocked blood blue blue cross board boot booting both bound box branch brand break bridge
bring broadcast broken browser buffer build building bus business but button by bye cache call called caller calls came can cancel cancelled
cannot capacity card care carrier case cash cast cause center central centre certificate chain change changed changes channel chapter
chart charge check checked checking checks chief child choice church city claim claims class clean cleaned cleaning clear cleared click client clients
clinic clinical clock close closed closing cloud cluster code collected college color come command comment commit common community company
complete completed complaint component compute computer conclusion condition config configuration configured configuring confirmed
connect connected connecting connection consent console consult contact container content continue control controller copay copied copy core
correct cost could count counter country county couple course court cover coverage cpu crash create created creating creation
critical cron cross current customer customers daemon daily dark dashboard data database date dates day days dead debian debug dear december
decided decline declined default defined degree delay delete deleted delivery demo denied dental department dependencies deployed
description desk desktop detail details detected determined device devices diagnosis dial did died difference digital direct direction directory disable disabled
disconnect disconnected discharge disk display do doc docker doctor document documents does done door double down download downloaded downloading
draft drive driver drop dropped due during each early east eastern easy edit education effective eight either electronic else email
emergency employee empty enable enabled encounter end ended engine english enough ensure entered enterprise entry environment equal error errors
established ethernet even evening event events ever every everyone everything exam example exception exchange executed exit expected expired expires
export express extended extension external extra face fact failed failing failure fair fall false family far fast fatal father fax feature
february federal feel feed few field file files filesystem fill final finally find fine fire firefox firewall firmware first five fix
fixed flag floor flow flu fluid focus folder follow following foot for force foreign forever form format forward found foundation four frame free
fresh friday friend from front full function further future game garden gateway gave general generated generic get getting gift git give given global go
goal going gold good google got government grand grant great green ground group groups grow guard guest guide had half hand handler happy
hard hardware has hash have having he head header health hear heart heartbeat heat held hello help her here hi high highway hill him his history
hold holiday home hook hope hospital host hosts hot hour hours house how however http human hunt hunter i ice id ideal identity idle if
ignored image images immediate import important in inbound inc include including incoming increased index info information initial
initialized initializing initiated input insert inside install installed installing instance instead institute insurance intake intel interface
internal international internet interrupt into invalid invoice involved ip is island issue issues it item items its january job jobs join joined
journal july june just keep kept kernel key keys kill killed kind king knee knight knock known lab labs lake land lane language laptop large last late later latest
launch law layer layout lead leader leave left legal length less let letter level library license licensed life light like limit limited line
lines link linux list listed listening little live load loaded loading local location lock locked log logged logging login logo logs long
look looking lost lot low mac machine made mail main maintenance major make making management manager manual many map march mark marked market mask mass
master match matched matches max maximum may maybe me mean meaning measured media medical medication meeting member members memory mention
menu merge message messages met method microsoft middle might mild military min mind minimum minor minutes miss missed missing mixed mobile mode
model modified module modules moment monday money monitor month monthly more morning most mother mount mounted mounting mouse move moved moving much
multi multiple music must my name named national native near need needed needs network never new newly news next night nine no nobody none noon
normal north northern not note noted notes nothing notice notification notified november now nsa null number numbers nurse object october of off offer offered office officer
offline often oh ok okay old on once one ongoing online only onto opened opening open openssl operating operation operator option optional options or oracle
order ordered orders organization original os other others our out outbound outgoing output outside over overdue own owner pacific package packages packet page paid pain panic
paper parent parents park parse part partial parts party pass passed password past patch path patient patients pattern pause paused pay payment peer pending
people per percent perform performed period permission person personal phase phone physical physician pick picked pid pipe place plan plane plans
plate platform play please plus point policy policies poll pool poor port portal ports post postgres potential power practice pre prefix prepare
prepared preparing prescription present presented press pressure previous price primary prime print printer printing prior priority private probably problem process processes
processing product profile program progress project prompt proper protected protection protocol provided provider providers proxy public publish
pull pulled purge push put python quality quarter queen query question queue quick quiet quit quote radio raid rain raised ran random range rate raw ray
reach reached reaction read reader reading ready real reason reboot rebooting receipt receive received recent reception record records recovered recovery red
redirect reed reference referral refill refills refused region register registered registry regular reject rejected related release released reliable remaining remember
reminder remote remove removed removing rename renewed replaced replica reply report reported reports repository request requested requests require required
reset resolve resolved resource resources response rest restart restarted restarting restore restored result results resume retry return
returned returns review revoked rice rich right ring rise river road robin rob rock role room root rose rotate rotated rough round route router row rule rules run running safe
safety said sale same sample sandbox satellite saturday save saved saw say says scan scanner scanning schedule scheduled school scope score screen script
se search season seat second secondary seconds secret section sector secure security see seems seen selected send sender sending sensor sent separate september series
serious server servers service services session sessions set setting settings setup seven several share shared she shell shift ship short shot should show
shown shut shutdown shutting side sierra sign signal signature signed silver similar simple since single site sites situation six size skip skipped slow small smart
snapshot so social socket soft software solid some someone something sometimes son song soon sorry sort sound source south southern space spare speak special specialist
specific speed spring square ssh stack staff stage standard star start started starting state states statement static station status stay step
still stone stop stopped stopping storage store stored story strange strategy stream street strong student study stuff subject submitted success successful successfully such
suite summary summer sun sunday super support sure surgery suspend swap sweep switch symptoms sync synchronized synchronization system systems systemd tab table tag take taken taking talk target
targets task tasks team tech technical technician telephone tell temp temporary ten terminal terminated terms test tested tests text than thank thanks that the their
them then there therapy these they thing things think third this those though thread three through throughput thursday ticket time timed timeout timer times tip title
to today together token told tomorrow too took tool top total touch toward tower town trace track traffic transaction transfer transferred transmitted treatment trial tried
trigger triggered trip triage true trunk trust trusted try trying tuesday tunnel turn two type ubuntu unable unattended under undo unexpected union unique unit units
university unix unknown unless unlock unmounted unmounting unpacking until unusual up update updated updates upgrade upgraded upgrading upload uploaded urgent us usage use
used user users using usually vacation vacuum valid value values van various vendor verified verify version very via video view virtual virus visit visits visitor vital vitals void
volume wait waiting walk wall want wanted wants warm warning was watch watchdog water way we wear web website wednesday week weekly weeks welcome well wells went were west western what wheel
when where whether which while white who whole why wide width wife wild will win window windows winter wire wireless with within without wood word work worked worker workers
working workstation world worse would wound wrap write writing written wrong xray yard yeah year years yellow yes yesterday yet york you young your zero zone
monday tuesday wednesday thursday friday mon tue tues wed thu thur thurs fri sat sun jan feb mar apr may jun jul aug sep sept oct nov dec
january february march april june july august september october november december am pm utc gmt est pst cst edt pdt
alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana iowa kansas kentucky louisiana
maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada hampshire jersey mexico carolina dakota ohio oklahoma
oregon pennsylvania rhode tennessee texas utah vermont virginia washington wisconsin wyoming america american americas usa us uk europe european
english spanish french german chinese vietnamese arabic russian indian asian african hispanic latino korean japanese italian portuguese
mr mrs ms miss dr prof rev md do rn np pa lpn dds dmd phd esq jr sr ii iii iv st ave blvd rd dob mrn ssn phi hipaa ehr emr hl7 dicom icd cpt npi dea
er icu ed or ent obgyn pcp ecg ekg mri ct cbc bmp hdl ldl tsh inr uti copd chf htn dm iv im po bid tid qid prn mg ml kg lb bp hr temp spo2 covid influenza
aetna cigna humana anthem kaiser permanente medicare medicaid tricare united healthcare bcbs shield delta walgreens cvs walmart costco quest labcorp fedex ups usps
diabetes hypertension asthma cancer flu fever cough headache nausea anxiety depression arthritis pneumonia stroke seizure migraine eczema penicillin
aspirin ibuprofen tylenol metformin lisinopril atorvastatin insulin amoxicillin warfarin gabapentin albuterol omeprazole prednisone
adobe amazon android apple aws azure chrome cisco citrix cloudflare dell edge epic excel cerner athena athenahealth eclinicalworks nextgen dentrix eaglesoft openemr
facebook fortinet gmail hp hewlett packard ibm intel amd nvidia arm ios ipad iphone java javascript jenkins kubernetes lenovo meraki netgear node nginx office okta openssh
openbsd freebsd netbsd outlook perl php postgresql mysql mariadb redis mongodb mongo elasticsearch kibana grafana prometheus nagios zabbix ansible puppet chef terraform vagrant
powershell bash zsh dash busybox sudo polkit dbus rsyslog journald networkmanager resolved timesyncd chrony ntp dns dhcp dhclient tcp udp icmp ipv4 ipv6 arp tls ssl sftp ftp smtp imap ldap
kerberos samba cups bluetooth usb pci acpi bios uefi efi gpu ram rom nvme sata ssd hdd raid lvm luks ext4 xfs btrfs zfs nfs cifs iscsi fstab grub initramfs udev alsa
qemu kvm xen vmware virtualbox hyper proxmox redhat fedora centos rocky alma suse arch alpine gentoo slackware mint trixie bookworm bullseye buster stretch noble jammy focal bionic gnu gnome kde wayland
xorg systemctl journalctl apt dpkg yum dnf snap flatpak pip npm cargo gcc glibc libc openvpn wireguard ipsec strongswan fail2ban apparmor selinux auditd aide clamav snort suricata
teams slack zoom skype sharepoint onedrive dropbox salesforce servicenow jira confluence github gitlab bitbucket docker podman helm vault consul nomad kafka rabbitmq zookeeper spark
hadoop cassandra oracle sap sqlite json yaml xml html css csv pdf utf ascii unicode base64 sha md5 rsa ecdsa ed25519 aes gcm cbc hmac oauth saml jwt uuid url uri http https www
sophos symantec mcafee norton kaspersky crowdstrike sentinel defender bitlocker bitdefender malwarebytes veeam acronis restic borg synology qnap brother canon epson xerox lexmark ricoh kyocera zebra
samsung toshiba seagate kingston sandisk logitech realtek broadcom qualcomm marvell mellanox supermicro asus acer gigabyte sony panasonic philips siemens fujifilm welch allyn midmark hologic
malachor localhost root daemon nobody postgres mail proxy www-data syslog sshd messagebus backup man news games uucp irc gnats ubuntu debian admin guest operator
ethernet intel gigabit wifi wlan lan wan vpn vlan nat mtu ssid bssid bandwidth latency packet router switch uplink downlink
reached starting stopping finished unmounting mounting listening reloading activating deactivating deactivated succeeded removed queued wants condition
slice scope swap mount automount multi graphical paths timers sockets basic sysinit emergency rescue getty tty serial console plymouth hostname hostnamed logind localed timedated
selecting preparing unpack processing triggers fetched need reading building lists dependency tree hit ign err inreleased inrelease suggested recommended
accepted publickey keyboard interactive preauth postponed disconnecting kex cipher banner corrupted pam unix opened closed failed invalid illegal
checkpoint autovacuum statement detail hint context parameter tuple relation constraint duplicate violates deadlock timeline wal replication standby archiver
filesystem mounted avail used inode active inode proto recv send foreign pid tty stat command vsz rss nice priority uid gid
copay deductible eligibility reschedule rescheduled referrals refilled voicemail callback follow-up followup no-show walk-in checkin check-in checkout new-patient bloodwork
labs imaging ultrasound radiology pathology pharmacy cardiology dermatology orthopedics orthopedic pediatrics pediatric neurology oncology urology surgery dental hygiene hygienist front
lobby waiting bathroom kitchen hallway upstairs downstairs basement parking entrance downtown uptown memorial regional university saint general mercy valley county
mom dad mother father sister brother daughter son wife husband aunt uncle grandma grandpa grandson granddaughter friend neighbor neighbour caregiver cousin
she he they it we you his her their who whom whose someone anyone everybody nobody spoke speaking confirmed verified faxed mailed emailed texted phoned left asked told notified
kindly regards sincerely best cheers respectfully cc bcc fwd re subject attn ps fyi asap eta tbd na per
`;
