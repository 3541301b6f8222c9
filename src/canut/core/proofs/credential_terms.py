"""The terms of a credential and the addresses they stand for.

Facts of the three vocabularies that Canut's credentials use: W3C Verifiable Credentials 2.0, Open
Badges 3.0 and Comprehensive Learner Record 2.0. A document that uses another term, or names another
vocabulary, cannot be turned into statements here, so nothing is signed that others read otherwise.
Terms are only those that every published version of a vocabulary has alike.
"""

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
BADGE_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
LEARNER_RECORD = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
CONTEXTS = frozenset({CREDENTIALS, BADGES, BADGE_EXTENSIONS, LEARNER_RECORD})

TEXT, ID, GRAPH, PURPOSE = "text", "id", "graph", "purpose"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
XSD = "http://www.w3.org/2001/XMLSchema#"
ODD_XSD = "https://www.w3.org/2001/XMLSchema#"  # so written in the vocabulary of badges
W3 = "https://www.w3.org/2018/credentials#"
STATUS = "https://www.w3.org/ns/credentials/status#"
SECURITY = "https://w3id.org/security#"
SCHEMA = "https://schema.org/"
OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
CLR = "https://purl.imsglobal.org/spec/vc/clr/vocab.html#"

type Definition = tuple[str, str]

ANYWHERE: dict[str, dict[str, Definition]] = {
    CREDENTIALS: {
        "description": (f"{SCHEMA}description", TEXT),
        "name": (f"{SCHEMA}name", TEXT),
    },
    BADGES: {
        "endorsement": (f"{OB}endorsement", TEXT),
        "image": (f"{OB}image", ID),
        "inLanguage": (f"{SCHEMA}inLanguage", TEXT),
        "narrative": (f"{OB}narrative", TEXT),
        "url": (f"{SCHEMA}url", f"{ODD_XSD}anyURI"),
        "awardedDate": (f"{OB}awardedDate", "xsd:dateTime"),
    },
    BADGE_EXTENSIONS: {},
    LEARNER_RECORD: {},
}

_CREDENTIAL: dict[str, Definition] = {
    "credentialSchema": (f"{W3}credentialSchema", ID),
    "credentialStatus": (f"{W3}credentialStatus", ID),
    "credentialSubject": (f"{W3}credentialSubject", ID),
    "evidence": (f"{W3}evidence", ID),
    "issuer": (f"{W3}issuer", ID),
    "proof": (f"{SECURITY}proof", GRAPH),
    "validFrom": (f"{W3}validFrom", f"{XSD}dateTime"),
    "validUntil": (f"{W3}validUntil", f"{XSD}dateTime"),
}
_PROOF: dict[str, Definition] = {
    "challenge": (f"{SECURITY}challenge", TEXT),
    "created": ("http://purl.org/dc/terms/created", f"{XSD}dateTime"),
    "cryptosuite": (f"{SECURITY}cryptosuite", f"{SECURITY}cryptosuiteString"),
    "domain": (f"{SECURITY}domain", TEXT),
    "expires": (f"{SECURITY}expiration", f"{XSD}dateTime"),
    "nonce": (f"{SECURITY}nonce", TEXT),
    "proofPurpose": (f"{SECURITY}proofPurpose", PURPOSE),
    "proofValue": (f"{SECURITY}proofValue", f"{SECURITY}multibase"),
    "verificationMethod": (f"{SECURITY}verificationMethod", ID),
}
PURPOSES = {
    "assertionMethod": f"{SECURITY}assertionMethod",
    "authentication": f"{SECURITY}authenticationMethod",
}

TYPES: dict[str, dict[str, tuple[str, dict[str, Definition]]]] = {
    CREDENTIALS: {
        "VerifiableCredential": (f"{W3}VerifiableCredential", _CREDENTIAL),
        "BitstringStatusListCredential": (f"{STATUS}BitstringStatusListCredential", {}),
        "BitstringStatusList": (
            f"{STATUS}BitstringStatusList",
            {
                "encodedList": (f"{STATUS}encodedList", f"{SECURITY}multibase"),
                "statusPurpose": (f"{STATUS}statusPurpose", TEXT),
                "ttl": (f"{STATUS}ttl", TEXT),
            },
        ),
        "BitstringStatusListEntry": (
            f"{STATUS}BitstringStatusListEntry",
            {
                "statusListCredential": (f"{STATUS}statusListCredential", ID),
                "statusListIndex": (f"{STATUS}statusListIndex", TEXT),
                "statusPurpose": (f"{STATUS}statusPurpose", TEXT),
            },
        ),
        "DataIntegrityProof": (f"{SECURITY}DataIntegrityProof", _PROOF),
    },
    BADGES: {
        "OpenBadgeCredential": (f"{OB}OpenBadgeCredential", {}),
        "AchievementCredential": (f"{OB}OpenBadgeCredential", {}),
        "EndorsementCredential": (f"{OB}EndorsementCredential", {}),
        "Achievement": (
            f"{OB}Achievement",
            {
                "achievementType": (f"{OB}achievementType", TEXT),
                "alignment": (f"{OB}alignment", TEXT),
                "creator": (f"{OB}creator", TEXT),
                "criteria": (f"{OB}Criteria", ID),
                "fieldOfStudy": (f"{OB}fieldOfStudy", TEXT),
                "humanCode": (f"{OB}humanCode", TEXT),
                "image": (f"{OB}image", ID),
                "resultDescription": (f"{OB}resultDescription", TEXT),
                "specialization": (f"{OB}specialization", TEXT),
                "tag": (f"{SCHEMA}keywords", TEXT),
                "version": (f"{OB}version", TEXT),
                "inLanguage": (f"{SCHEMA}inLanguage", TEXT),
            },
        ),
        "AchievementSubject": (
            f"{OB}AchievementSubject",
            {
                "achievement": (f"{OB}achievement", TEXT),
                "activityEndDate": (f"{OB}activityEndDate", f"{ODD_XSD}date"),
                "activityStartDate": (f"{OB}activityStartDate", f"{ODD_XSD}date"),
                "identifier": (f"{OB}identifier", TEXT),
                "image": (f"{OB}image", ID),
                "result": (f"{OB}result", TEXT),
                "role": (f"{OB}role", TEXT),
                "source": (f"{OB}source", ID),
                "term": (f"{OB}term", TEXT),
            },
        ),
        "EndorsementSubject": (
            f"{OB}EndorsementSubject",
            {"endorsementComment": (f"{OB}endorsementComment", TEXT)},
        ),
        "Alignment": (
            f"{SCHEMA}AlignmentObject",
            {
                "targetCode": (f"{OB}targetCode", TEXT),
                "targetDescription": (f"{SCHEMA}targetDescription", TEXT),
                "targetFramework": (f"{SCHEMA}targetFramework", TEXT),
                "targetName": (f"{SCHEMA}targetName", TEXT),
                "targetType": (f"{OB}targetType", TEXT),
                "targetUrl": (f"{SCHEMA}targetUrl", f"{ODD_XSD}anyURI"),
            },
        ),
        "Criteria": (f"{OB}Criteria", {}),
        "Evidence": (
            f"{OB}Evidence",
            {"audience": (f"{SCHEMA}audience", TEXT), "genre": (f"{SCHEMA}genre", TEXT)},
        ),
        "IdentityObject": (
            f"{OB}IdentityObject",
            {
                "hashed": (f"{OB}hashed", f"{ODD_XSD}boolean"),
                "identityHash": (f"{OB}identityHash", TEXT),
                "identityType": (f"{OB}identityType", TEXT),
                "salt": (f"{OB}salt", TEXT),
            },
        ),
        "Image": (f"{OB}Image", {"caption": (f"{SCHEMA}caption", TEXT)}),
        "Profile": (
            f"{OB}Profile",
            {
                "email": (f"{SCHEMA}email", TEXT),
                "image": (f"{OB}image", ID),
                "official": (f"{OB}official", TEXT),
                "phone": (f"{OB}phone", TEXT),
            },
        ),
        "Result": (
            f"{OB}Result",
            {
                "achievedLevel": (f"{OB}achievedLevel", f"{ODD_XSD}anyURI"),
                "resultDescription": (f"{OB}resultDescription", f"{ODD_XSD}anyURI"),
                "status": (f"{OB}status", TEXT),
                "value": (f"{SCHEMA}value", TEXT),
            },
        ),
        "ResultDescription": (
            f"{OB}ResultDescription",
            {
                "requiredValue": (f"{OB}requiredValue", TEXT),
                "resultType": (f"{OB}resultType", TEXT),
                "valueMax": (f"{OB}valueMax", TEXT),
                "valueMin": (f"{OB}valueMin", TEXT),
            },
        ),
    },
    BADGE_EXTENSIONS: {
        "1EdTechJsonSchemaValidator2019": (
            "https://purl.imsglobal.org/spec/vccs/v1p0/context.json#1EdTechJsonSchemaValidator2019",
            {},
        ),
    },
    LEARNER_RECORD: {
        "ClrCredential": (f"{CLR}ClrCredential", {"partial": (f"{CLR}partial", "xsd:boolean")}),
        "ClrSubject": (
            f"{CLR}ClrSubject",
            {
                "achievement": (f"{CLR}achievement", TEXT),
                "verifiableCredential": (f"{CLR}verifiableCredential", TEXT),
            },
        ),
    },
}
