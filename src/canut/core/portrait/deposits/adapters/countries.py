"""Codes of places as publishers write them, and as ISO 3166 writes them in two letters."""

_THREE_AND_TWO = (
    "AFG AF ALA AX ALB AL DZA DZ ASM AS AND AD AGO AO AIA AI ATG AG ARG AR ARM AM ABW AW AUS AU"
    " AUT AT AZE AZ BHS BS BHR BH BGD BD BRB BB BLR BY BEL BE BLZ BZ BEN BJ BMU BM BTN BT BOL BO"
    " BIH BA BWA BW BRA BR BRN BN BGR BG BFA BF BDI BI CPV CV KHM KH CMR CM CAN CA CYM KY CAF CF"
    " TCD TD CHL CL CHN CN COL CO COM KM COG CG COD CD COK CK CRI CR CIV CI HRV HR CUB CU CUW CW"
    " CYP CY CZE CZ DNK DK DJI DJ DMA DM DOM DO ECU EC EGY EG SLV SV GNQ GQ ERI ER EST EE SWZ SZ"
    " ETH ET FLK FK FRO FO FJI FJ FIN FI FRA FR GUF GF PYF PF GAB GA GMB GM GEO GE DEU DE GHA GH"
    " GIB GI GRC GR GRL GL GRD GD GLP GP GUM GU GTM GT GIN GN GNB GW GUY GY HTI HT HND HN HKG HK"
    " HUN HU ISL IS IND IN IDN ID IRN IR IRQ IQ IRL IE ISR IL ITA IT JAM JM JPN JP JOR JO KAZ KZ"
    " KEN KE KIR KI PRK KP KOR KR KWT KW KGZ KG LAO LA LVA LV LBN LB LSO LS LBR LR LBY LY LIE LI"
    " LTU LT LUX LU MAC MO MDG MG MWI MW MYS MY MDV MV MLI ML MLT MT MHL MH MTQ MQ MRT MR MUS MU"
    " MEX MX FSM FM MDA MD MCO MC MNG MN MNE ME MAR MA MOZ MZ MMR MM NAM NA NRU NR NPL NP NLD NL"
    " NCL NC NZL NZ NIC NI NER NE NGA NG MKD MK MNP MP NOR NO OMN OM PAK PK PLW PW PSE PS PAN PA"
    " PNG PG PRY PY PER PE PHL PH POL PL PRT PT PRI PR QAT QA REU RE ROU RO RUS RU RWA RW KNA KN"
    " LCA LC VCT VC WSM WS SMR SM STP ST SAU SA SEN SN SRB RS SYC SC SLE SL SGP SG SVK SK SVN SI"
    " SLB SB SOM SO ZAF ZA SSD SS ESP ES LKA LK SDN SD SUR SR SWE SE CHE CH SYR SY TWN TW TJK TJ"
    " TZA TZ THA TH TLS TL TGO TG TON TO TTO TT TUN TN TUR TR TKM TM TCA TC TUV TV UGA UG UKR UA"
    " ARE AE GBR GB USA US URY UY UZB UZ VUT VU VEN VE VNM VN VGB VG VIR VI YEM YE ZMB ZM ZWE ZW"
)
_CODES = _THREE_AND_TWO.split()
COUNTRIES = dict(zip(_CODES[::2], _CODES[1::2], strict=True)) | {"X01": "WORLD"}
"""Two letters of each country by three; X01 is the world for ILOSTAT."""
CANADA = {
    "Canada": "CA",
    "Newfoundland and Labrador": "CA-NL",
    "Terre-Neuve-et-Labrador": "CA-NL",
    "Prince Edward Island": "CA-PE",
    "Île-du-Prince-Édouard": "CA-PE",
    "Nova Scotia": "CA-NS",
    "Nouvelle-Écosse": "CA-NS",
    "New Brunswick": "CA-NB",
    "Nouveau-Brunswick": "CA-NB",
    "Quebec": "CA-QC",
    "Québec": "CA-QC",
    "Ontario": "CA-ON",
    "Manitoba": "CA-MB",
    "Saskatchewan": "CA-SK",
    "Alberta": "CA-AB",
    "British Columbia": "CA-BC",
    "Colombie-Britannique": "CA-BC",
    "Yukon": "CA-YT",
    "Northwest Territories": "CA-NT",
    "Territoires du Nord-Ouest": "CA-NT",
    "Nunavut": "CA-NU",
}
"""Codes of Canada and its provinces by their names in tables of Statistics Canada."""
