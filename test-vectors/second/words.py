"""What a wallet says to its user, word for word (spec 18)."""

from faces import FACE
from left import BETWEEN, DIFFERS, FACTORS, LARGEST, ONE_OF, SINCE, classes, numbers
from request import is_once, modes_of, names_epoch
from statements import ESCROWED, LIMITED, PSEUDONYMOUS
from suite import NUMBER

ENGLISH, CHINESE = 0, 1
DATE, CODE, LONG_TERM = 1, 3, 65535
FACTOR_NAMES = [
    ("name and number lookup", "姓名号码核对"), ("chip reading", "芯片读取"), ("live face comparison", "活体人脸比对"),
    ("password check", "密码核验"), ("fingerprint comparison", "指纹比对"), ("device key attestation", "设备密钥认证"),
][: 6 if NUMBER == 2 else 5]
CHECKS = [(4, ("face", "面容")), (2, ("fingerprint", "指纹")), (1, ("passcode", "锁屏密码"))]
AGES = [(86400, "day", "天"), (3600, "hour", "小时"), (60, "minute", "分钟"), (1, "second", "秒")]
COMMA = (", ", "、")
PART, FEW = 8, 32


def date(day):
    """YYYY-MM-DD of a day's number (spec 02 §2.1), by the civil calendar."""
    days = day - 25567 + 719468
    era, rest = divmod(days, 146097)
    year = (rest - rest // 1460 + rest // 36524 - rest // 146096) // 365
    of_year = rest - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    number = of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    return f"{year + 400 * era + (month <= 2):04}-{month:02}-{number:02}"


def moment(language, instant):
    day = instant // 86400 + 25567
    if day > 65534:
        return (f"some time after {date(65534)}", f"{date(65534)} 之后某时")[language]
    return f"{date(day)} {instant // 3600 % 24:02}:{instant // 60 % 60:02} UTC"


def age(language, seconds):
    length, english, chinese = next(unit for unit in AGES if seconds % unit[0] == 0)
    count = seconds // length
    return (f"{count} {english}{'' if count == 1 else 's'}", f"{count}{chinese}")[language]


def factor_names(language, bits):
    return [names[language] for place, names in enumerate(FACTOR_NAMES) if bits >> place & 1]


class Speech:
    """One of both languages."""

    def __init__(self, language):
        self.language = language

    def say(self, english, chinese):
        return (english, chinese)[self.language]


class Credential(Speech):
    """What is asked of one credential: the question, its issuer, the sets and auditors, how many faces were compared,
    and of which subjects one number is left, with the number."""

    def __init__(self, language, question, issuer, known, conclusions, has_class):
        super().__init__(language)
        self.question, self.issuer, self.conclusions, self.has_class = question, issuer, conclusions, has_class
        self.sets, self.auditors, self.faces = known.sets, known.auditors, known.faces

    # Names and numbers (spec 18 §1).

    def name(self, subject):
        if subject == FACTORS:
            return self.say("enrolment method", "办理方式")
        if subject == SINCE:
            return self.say("pseudonym’s start date", "网号启用日期")
        return f"“{self.issuer.labels[subject][self.language]}”"

    def kind(self, subject):
        return {FACTORS: CODE, SINCE: DATE}.get(subject) or self.issuer.kinds[subject]

    def number(self, kind, number):
        if kind != DATE:
            return str(number)
        return self.say("long-term", "长期") if number == LONG_TERM else date(number)

    def value(self, subject, number):
        if subject == FACTORS and number < 1 << len(FACTOR_NAMES):
            names = factor_names(self.language, number)
            return self.say(" + ", "+").join(names) if names else self.say("no check", "未经核验")
        return self.number(self.kind(subject), number)

    def told(self, subject, number):
        name, number = self.name(subject), self.value(subject, number)
        return self.say(f"It will learn that your {name} is {number}.", f"对方将得知您的{name}是{number}。")

    # Each credential (spec 18 §3).

    def credential(self):
        schema, key, version = self.issuer.schema_name, self.question.issuer_key.encode()[:8].hex(), self.question.key_version
        return self.say(f"“{schema}” (issuer {key}, key {version})", f"“{schema}”（签发方 {key}，密钥 {version}）")

    def about(self):
        question, conclusions = self.question, self.conclusions
        yield self.say(f"About your {self.credential()}:", f"关于您的{self.credential()}：")
        yield self.seen()
        for asked in question.lists:
            name = f"{asked.owner}/{('status', 'flag')[asked.list_class - 1]}"
            yield (
                self.say(f"It will learn that your credential is active (list {name}).", f"对方将得知您的网证有效（名单 {name}）。")
                if asked.list_class == 1
                else self.say(f"It will learn that you are not on the wanted list ({name}).", f"对方将得知您不在布控名单上（名单 {name}）。")
            )
            if not names_epoch(asked):
                old = age(self.language, asked.epoch)
                yield self.say(
                    f"It will see which state of this list your phone has; it may be at most {old} old.",
                    f"对方将得知您手机上该名单的期号，该期最早可为{old}前。",
                )
        yield from map(self.statement, question.statements)
        named = {s.subject for s in question.statements if self.names_its_value(s)}
        yield from (self.told(subject, number) for subject, number in conclusions if subject not in named)

    def names_its_value(self, statement):
        if statement.kind == BETWEEN:
            return statement.low == statement.high
        return statement.kind == ONE_OF and len(self.sets[statement.set].codes) == 1

    def seen(self):
        names = COMMA[self.language].join(self.name(i) for i in self.question.attributes)
        if names:
            return self.say(f"It will see your {names}.", f"对方将看到您的{names}。")
        if self.conclusions:
            return self.say("It will learn part of what your credential says:", "对方将得知您网证中的部分内容：")
        if self.has_class:
            return self.say(
                "It will see nothing that your credential says, but will learn what is said of it below.",
                "对方不会看到您网证的具体内容，但将得知下述情况。",
            )
        return self.say("It will see nothing on your card.", "对方不会看到您证件上的任何信息。")

    def statement(self, statement):
        of = {BETWEEN: self.between, ONE_OF: self.one_of, DIFFERS: self.differs, PSEUDONYMOUS: self.pseudonym}
        return {**of, LIMITED: self.limit, ESCROWED: self.escrow, FACE: self.face}[statement.kind](statement)

    def between(self, statement):
        kind = self.kind(statement.subject)
        low, high = self.number(kind, statement.low), self.number(kind, statement.high)
        if statement.low == statement.high:
            said = f"is {low}", f"是{low}"
        elif statement.low > 0 and statement.high < LARGEST[kind]:
            said = f"is from {low} to {high}", f"在{low}至{high}之间"
        elif statement.low > 0:
            said = (f"is {low} or later", f"不早于{low}") if kind == DATE else (f"is at least {low}", f"不小于{low}")
        else:
            said = (f"is {high} or earlier", f"不晚于{high}") if kind == DATE else (f"is at most {high}", f"不大于{high}")
        name = self.name(statement.subject)
        return self.say(f"It will learn that your {name} {said[0]}.", f"对方将得知您的{name}{said[1]}。")

    def one_of(self, statement):
        codes = list(self.sets[statement.set].codes)
        if statement.subject == FACTORS:
            common = codes[0]
            for code in codes:
                common &= code
            every = [f for f in range(1 << len(FACTOR_NAMES)) if f & common == common]
            if common and codes == every:
                names = COMMA[self.language].join(factor_names(self.language, common))
                return self.say(f"It will learn that your enrolment included: {names}.", f"对方将得知您办理网证时经过以下核验：{names}。")
        if len(codes) == 1:
            return self.told(statement.subject, codes[0])
        name = self.name(statement.subject)
        said = COMMA[self.language].join(self.value(statement.subject, code) for code in codes)
        return self.say(f"It will learn that your {name} is one of: {said}.", f"对方将得知您的{name}是以下之一：{said}。")

    def differs(self, statement):
        name, value = self.name(statement.subject), statement.value
        plain = {4: lambda text: f"“{text}”", 5: bytes.hex}
        said = plain[value.kind](value.content) if value.kind in plain else self.number(value.kind, value.content)
        return self.say(f"It will learn that your {name} is not {said}.", f"对方将得知您的{name}不是{said}。")

    def pseudonym(self, statement):
        return self.say(
            f"It, and anyone else who asks under this name, will recognise you again by a pseudonym for “{statement.scope}”, which is of no use under other names.",
            f"对方及以此名称请求核验的任何他人，都将凭用于“{statement.scope}”的网号再次认出您；该网号在其他名称下无用。",
        )

    def limit(self, statement):
        scope, uses = statement.scope, statement.shows
        start, until = moment(self.language, statement.start), moment(self.language, statement.until)
        often = "once" if uses == 1 else f"{uses} times"
        return self.say(
            f"It counts this towards “{scope}”: at most {often} from {start} to {until}.",
            f"本次计入“{scope}”，自 {start} 至 {until} 最多{uses}次。",
        )

    def escrow(self, statement):
        (auditors,) = [one for one in self.auditors if one.group.key == statement.key]
        name, t, n = auditors.name, auditors.group.threshold, len(auditors.group.keys)
        if n == 1:
            who = f"The auditor “{name}” alone", f"审计方“{name}”可单独"
        elif t == 1:
            who = f"Any one of the {n} auditors “{name}”", f"审计方“{name}”的{n}名成员中任何一名均可"
        elif t == n:
            who = f"All {n} of the auditors “{name}” together", f"审计方“{name}”的全部{n}名成员可共同"
        else:
            who = f"Any {t} of the {n} auditors “{name}” together", f"审计方“{name}”的{n}名成员中任意{t}名可共同"
        return self.say(
            f"{who[0]} can find out who you are, and should do so only on this condition: “{statement.condition}”.",
            f"{who[1]}查明您的身份，且只应在满足以下条件时查明：“{statement.condition}”。",
        )

    def face(self, _):
        return self.say(
            "It will learn that the face in its camera’s picture is alike enough to the register’s photo of you, and sees "
            "neither that photo nor how alike they are. What its camera took of your face is in its request, which the "
            f"platform sees too. Faces compared today before this: {self.faces}.",
            "对方将得知其摄像头拍到的面部与登记照片足够相似，看不到登记照片，也不会得知相似程度。"
            f"摄像头所拍面部的特征在请求中，核验平台也会看到。今日此前人脸比对次数：{self.faces}。",
        )


class Words(Speech):
    """A request, read with the issuers of its questions, what the wallet knows beside, and who vouches for it."""

    def __init__(self, language, request, issuers, known, groups, certified):
        super().__init__(language)
        self.request, self.issuers, self.sets = request, issuers, known.sets
        self.groups, self.certified = groups, certified
        self.classes = sorted(sorted(members) for members in classes(request))
        conclusions = self.conclusions()
        self.credentials = [
            Credential(
                language,
                question,
                issuer,
                known,
                [(subject, number) for of, subject, number in conclusions if of == place],
                any(of == place for members in self.classes for of, _ in members),
            )
            for place, (question, issuer) in enumerate(zip(request.credentials, issuers))
        ]

    # What is left of classes (spec 06 §3.3).

    def left(self, members):
        """How many numbers a class can be, how many are left, and the only one."""
        ranges = [numbers(subject, self.issuers[place]) for place, subject in members]
        if None in ranges:
            return None
        ranges = [(0, 63) if NUMBER == 2 and subject == FACTORS else of for of, (_, subject) in zip(ranges, members)]
        low, high = max(low for low, _ in ranges), min(high for _, high in ranges)
        possible = high - low + 1
        excluded, codes = set(), None
        about = [(place, s) for place, question in enumerate(self.request.credentials) for s in question.statements]
        for place, statement in about:
            if (place, getattr(statement, "subject", None)) not in members:
                continue
            if statement.kind == BETWEEN:
                low, high = max(low, statement.low), min(high, statement.high)
            elif statement.kind == ONE_OF:
                own = set(self.sets[statement.set].codes)
                codes = own if codes is None else codes & own
            elif statement.kind == DIFFERS and statement.value.kind in LARGEST:
                excluded.add(statement.value.content)
        excluded = {number for number in excluded if low <= number <= high}
        if codes is not None:
            kept = sorted({code for code in codes if low <= code <= high} - excluded)
            return possible, len(kept), kept[0] if len(kept) == 1 else None
        count = max(0, high - low + 1) - len(excluded)
        only = next((number for number in range(low, high + 1) if number not in excluded), None) if count == 1 else None
        return possible, count, only

    def conclusions(self):
        """Each subject of which one number is left, with the place of its credential and the number."""
        found = []
        for members in self.classes:
            left = self.left(members)
            if left and left[2] is not None:
                found += [(place, subject, left[2]) for place, subject in members]
        return found

    # The rest (spec 18 §2 and §4 to §6).

    def has(self, kind):
        return any(statement.kind == kind for question in self.request.credentials for statement in question.statements)

    def who_asks(self):
        verifier, purpose = self.request.verifier, self.request.purpose
        yield self.say(f"“{verifier}” asks for proof. Purpose: “{purpose}”.", f"“{verifier}”请求核验，用途：“{purpose}”。")
        if self.certified:
            yield self.say(
                "The authority that you trust has certified this name and permits this request.",
                "您信任的机构已认证该名称，并准许此次核验。",
            )
        else:
            yield self.say("No certificate vouches for this name: anyone could use it.", "该名称未经证书认证，任何人都可以使用。")

    def both(self):
        if len(self.credentials) < 2:
            return
        yield self.say("It will learn that both credentials are on the same device.", "对方将得知两份网证在同一设备上。")
        first, second = self.credentials
        for link in self.request.links:
            one, other = first.name(link.first), second.name(link.second)
            yield self.say(
                f"It will learn that the {one} of your {first.credential()} and the {other} of your {second.credential()} are the same.",
                f"对方将得知您的{first.credential()}中的{one}与{second.credential()}中的{other}相同。",
            )

    def answer(self):
        demand = self.request.demand
        if demand:
            *names, last = [names[self.language] for number, names in CHECKS if demand & number]
            joined = COMMA[self.language].join(names) + (self.say(" or ", "或") if names else "") + last
            yield self.say(f"You will be asked for your {joined} on this device.", f"本设备将要求您验证{joined}。")
            if names:
                yield self.say(
                    "It will learn that your device has checked one of these, but not which.",
                    "对方将得知您的设备已完成其中一项验证，但不会得知是哪一项。",
                )
            else:
                yield self.say("It will learn that your device has checked it.", "对方将得知您的设备已完成该项验证。")
        if not is_once(self.request):
            until = moment(self.language, self.request.validity.until)
            yield self.say(f"Others can answer the same request until {until}.", f"其他人也可答复同一请求，直至 {until}。")
        modes, escrowed = set(modes_of(self.request)), self.has(ESCROWED)
        if 1 in modes or escrowed or vars(self.request.digits):
            yield self.say("A platform will check your answer online; what the asker can learn and link, it can too.", "平台将在线核验您的答复；对方能够得知和关联的，平台同样能够。")
        if modes != {1} or escrowed:
            yield self.say("It can prove to others that someone answered this.", "对方可向他人证明有人答复了此请求。")
        if self.has(PSEUDONYMOUS):
            yield self.say(
                "It can prove to others that the holder of this pseudonym answered this.", "对方可向他人证明该网号的持有人答复了此请求。"
            )

    def links(self):
        left = [self.left(members) for members in self.classes]
        questions = zip(self.request.credentials, self.issuers)
        shown = [numbers(i, issuer) for question, issuer in questions for i in question.attributes]
        shown = [(of[1] - of[0] + 1 if of else 2**64 - 1, 1, None) for of in shown]
        counted = [of for of in [*left, *shown] if of is not None]
        narrow = [of for of in counted if of[1] <= of[0] // PART]
        close = [of for of in narrow if of[1] <= FEW]
        value = bool(shown) or any(of and of[2] is not None for of in left)
        if self.has(PSEUDONYMOUS):
            yield self.say("It can link this to other visits under the same pseudonym.", "对方可将本次核验与使用同一网号的其他核验关联。")
        if self.has(FACE):
            yield self.say(
                "It can link this to other visits by what its camera took of your face.", "对方可凭其摄像头所拍的面部特征将本次核验与其他核验关联。"
            )
        if value:
            yield self.say("It can link this to other visits where you show the same.", "对方可将本次核验与您出示相同信息的其他核验关联。")
        elif len(close) == 1:
            yield self.say("It can link this to other visits where it learns the same.", "对方可将本次核验与得知相同信息的其他核验关联。")
        if len(close) > 1 or len(narrow) > 2:
            yield self.say(
                "Few people may fit all of this, so it may recognise you again.", "符合以上全部情况的人可能很少，对方或可据此再次认出您。"
            )

    def linked(self):
        links = list(self.links())
        groups, limit = self.groups, self.has(LIMITED)
        lately = any(not names_epoch(asked) for question in self.request.credentials for asked in question.lists)
        if not links and not self.classes and len(self.credentials) == 1 and not self.request.demand:
            seen = []
            if groups > 1:
                seen.append((f"which of {groups} groups you are in", f"您属于{groups}个分组中的哪一组"))
            if lately:
                seen.append(("how recent your phone’s lists are", "您手机上名单的新旧程度"))
            said = self.say(", and ", "，以及").join(one[self.language] for one in seen)
            count = self.say(" as long as your wallet has counted every use", "只要您的钱包已计入您的每次使用，") if limit else ""
            if seen:
                yield self.say(
                    f"It will see {said}; beyond that it cannot, by this answer alone, link this to your other visits{count}.",
                    f"对方可得知{said}；除此之外，{count}对方无法仅凭此次答复将本次核验与您的其他核验关联。",
                )
            else:
                yield self.say(f"By this answer alone it cannot link this to your other visits{count}.", f"{count}对方无法仅凭此次答复将本次核验与您的其他核验关联。")
            return
        if groups > 1:
            yield self.say(f"It will see which of {groups} groups you are in.", f"对方可得知您属于{groups}个分组中的哪一组。")
        if lately:
            yield self.say(
                "It will see how recent your phone’s lists are; few people may be at the same.", "对方可得知您手机上名单的新旧程度，与您相同的人可能不多。"
            )
        yield from links
        if not links and limit:
            yield self.say(
                "By this answer alone it can link this to your other visits only by what it learns here, which many people may share, or if your wallet has missed one of your uses.",
                "仅凭此次答复，对方只能根据其中得知的信息（符合的人可能很多），或在您的钱包漏计使用时，将本次核验与您的其他核验关联。",
            )
        elif not links:
            yield self.say(
                "By this answer alone it can link this to your other visits only by what it learns here, which many people may share.",
                "仅凭此次答复，对方只能根据其中得知的信息将本次核验与您的其他核验关联，而符合这些信息的人可能很多。",
            )

    def sentences(self):
        about = [sentence for credential in self.credentials for sentence in credential.about()]
        return [*self.who_asks(), *about, *self.both(), *self.answer(), *self.linked()]
