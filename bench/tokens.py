"""The tokens bench: what it costs to know a visitor by a verified token.

To add another kind of credential, add a `Case` to CASES: a settings fragment, a good credential, and its bare
cryptography.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
import tracemalloc
from base64 import b64decode, b64encode, urlsafe_b64decode
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from bench import contest, faces, ours
from bench.contest import Contender
from bench.load import Load, Visitor
from bench.results import Section, Target
from bench.servers import BenchError, Server, open_folder, say
from limner import settings
from limner.ltpa import WebSphereKeys, store
from limner.passes import Issued, Register
from limner.passes import Keys as PassKeys
from limner.passes import Verifier as PassVerifier
from limner.people import by_mail
from limner.policy import Policy, Visit
from limner.policy.by_jwt import ByJwt
from limner.policy.by_ltpa import ByLtpa
from limner.settings.rules.jwt import Jwt

REALM = "defaultWIMFileBasedRealm"
FAR = 4_102_444_800_000  # 2100-01-01, milliseconds
NOW = time.time()
FIRST = 2_000  # tokens seen for the first time, in each round
DISTINCT = 100_000
FACES = 60  # that a pass opens
FACE = by_mail(faces.mail(0))


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of credential: how a policy asks for it, how visitors send one, and what it takes without limner."""

    name: str
    rule: settings.Rule
    condition: str
    """The same in the settings file of a door."""
    headers: Callable[[int], list[tuple[bytes, bytes]]]
    """The headers of visitor N, with a credential of his own."""
    verify: Callable[[Policy, int], object]
    """Verify the credential of visitor N as the policy does, and nothing else."""
    bare: Callable[[int], object]
    """The cryptography that the credential of visitor N needs, by the `cryptography` library, and nothing else."""
    distinct: int = 0
    """How many visitors' credentials to hold in memory; 0: that is not measured, for they take long to make."""
    people: int | None = None
    """Whose photos the credential opens; None: everybody's."""


def ltpa2(folder: Path) -> Case:
    """LtpaToken2 with keys made for this run; tokens are made when they are asked for, and kept."""
    private = rsa.generate_private_key(65_537, 1024)
    public, shared = private.public_key(), hashlib.sha256(b"bench").digest()[:16]
    cipher = Cipher(algorithms.AES(shared), modes.CBC(shared))
    store(WebSphereKeys("bench", shared, public.public_numbers().n, realms=(REALM,)), folder / "bench.keyset")
    pkcs1, sha1, pkcs7 = padding.PKCS1v15(), hashes.SHA1(), PKCS7(128)
    made: dict[int, bytes] = {}
    fields: dict[int, tuple[bytes, bytes, bytes]] = {}

    def token(number: int) -> bytes:
        if number not in made:
            body = rb"expire:%d$u:user\:%s/uid=u%07d,ou=people,dc=example,dc=com" % (FAR, REALM.encode(), number)
            signature = private.sign(hashlib.sha1(body).digest(), pkcs1, sha1)
            padder, encryptor = pkcs7.padder(), cipher.encryptor()
            plain = padder.update(b"%".join((body, b"%d" % FAR, b64encode(signature)))) + padder.finalize()
            made[number] = b64encode(encryptor.update(plain) + encryptor.finalize())
            fields[number] = b64decode(made[number]), body, signature
        return made[number]

    def bare(number: int) -> object:
        raw, body, signature = fields[number]
        decryptor, unpadder, digest = cipher.decryptor(), pkcs7.unpadder(), hashes.Hash(sha1)
        unpadder.update(decryptor.update(raw) + decryptor.finalize())
        digest.update(body)
        public.verify(signature, digest.finalize(), pkcs1, sha1)
        return unpadder.finalize()

    def verify(policy: Policy, number: int) -> object:
        condition = policy.rules[0].conditions[0]
        assert isinstance(condition, ByLtpa)
        return condition.verifier.accept(made[number], NOW)

    rule = settings.Rule(name="ltpa", ltpa=settings.Ltpa(keys=[folder / "bench.keyset"]))
    return Case(
        "LtpaToken2",
        rule,
        f"ltpa = {{ keys = {json.dumps(str(folder / 'bench.keyset'))} }}",
        lambda number: [(b"cookie", b"LtpaToken2=" + token(number))],
        verify,
        bare,
        DISTINCT,
    )


def rs256(folder: Path) -> Case:
    """JWT with an RSA key of 2048 bits, as identity providers sign them."""
    key = RSAKey.generate_key(2048)
    (folder / "jwks.json").write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    public, pkcs1, sha256 = key.public_key, padding.PKCS1v15(), hashes.SHA256()
    return _jwt(
        folder, "RS256", key, "keys", "jwks.json", lambda signed, given: public.verify(given, signed, pkcs1, sha256)
    )


def hs256(folder: Path) -> Case:
    """JWT with a shared secret, as Jitsi has it."""
    secret = os.urandom(48).hex().encode()
    (folder / "secret").write_bytes(secret)
    (folder / "secret").chmod(0o600)

    def prove(signed: bytes, given: bytes) -> None:
        mac = hmac.HMAC(secret, hashes.SHA256())
        mac.update(signed)
        mac.verify(given)

    case = _jwt(folder, "HS256", OctKey.import_key(secret), "secret", "secret", prove)
    return replace(case, distinct=DISTINCT)


def _jwt(
    folder: Path, alg: str, key: RSAKey | OctKey, field: str, file: str, prove: Callable[[bytes, bytes], object]
) -> Case:
    made: dict[int, bytes] = {}
    pieces: dict[int, tuple[bytes, bytes]] = {}

    def token(number: int) -> bytes:
        if number not in made:
            claims = {"iss": "bench", "aud": "limner", "email": f"p{number:07d}@example.com", "iat": int(NOW)}
            head = {"alg": alg, "typ": "JWT"}
            made[number] = jwt.encode(head, claims | {"exp": int(NOW) + 36_000}, key, algorithms=[alg]).encode()
            signed, _, given = made[number].rpartition(b".")
            pieces[number] = signed, urlsafe_b64decode(given + b"==")
        return made[number]

    def verify(policy: Policy, number: int) -> object:
        condition = policy.rules[0].conditions[0]
        assert isinstance(condition, ByJwt)
        return condition.verifier.verify(made[number], NOW)

    wanted = {"issuer": "bench", "audience": "limner", "algorithms": [alg], "cookies": "t", "remembered": DISTINCT}
    setting = Jwt.model_validate(wanted | {field: str(folder / file)})
    text = ", ".join(f"{name} = {json.dumps(value)}" for name, value in (wanted | {field: str(folder / file)}).items())
    return Case(
        f"JWT {alg}",
        settings.Rule(name="jwt", jwt=setting),
        f"jwt = {{ {text} }}",
        lambda number: [(b"cookie", b"t=" + token(number))],
        verify,
        lambda number: prove(*pieces[number]),
    )


def meeting_pass(folder: Path) -> Case:
    """Meeting passes in a cookie: the token is a JWT, and what it opens stands in the register."""
    register = Register(folder / "passes.secrets", create=True)
    made: dict[int, bytes] = {}
    names = [faces.mail(number) for number in range(FACES)]

    def token(number: int) -> bytes:
        if number not in made:
            _, text = Issued(register).issue("bench", names, 36_000, issuer="bench", now=time.time())
            made[number] = text.encode("ascii")
        return made[number]

    token(0)
    keys = PassKeys(register).secrets()
    verifier, secret = PassVerifier(keys), keys[0].secret

    def bare(number: int) -> object:
        signed, _, given = made[number].rpartition(b".")
        mac = hmac.HMAC(secret, hashes.SHA256())
        mac.update(signed)
        return mac.verify(urlsafe_b64decode(given + b"=="))

    file = folder / "passes.secrets"
    return Case(
        "pass",
        settings.Rule(name="pass", **{"pass": settings.PassRule(secrets=file)}),  # type: ignore[arg-type]
        f"pass = {{ secrets = {json.dumps(str(file))} }}",
        lambda number: [(b"cookie", b"limner-pass-x=" + token(number))],
        lambda policy, number: verifier.read(made[number], NOW),
        bare,
        people=FACES,
    )


CASES: tuple[Callable[[Path], Case], ...] = (ltpa2, rs256, hs256, meeting_pass)


def bench(*, people: int, rounds: int, seconds: float) -> Section:
    """Measure each kind of credential in this process, and through the door. Raises BenchError."""
    rows, targets = [], []
    with tempfile.TemporaryDirectory(prefix="limner-bench-") as name:
        for make in CASES:
            case = make(Path(name))
            say(f"{case.name}: first sight")
            first, verified, bare = first_sight(case, rounds)
            cookie, known = known_visitor(case, rounds)
            rows += [
                [f"{case.name}: the cryptography alone", f"{median(bare):.2f}"],
                [f"{case.name}: verified", f"{median(verified):.2f}"],
                [f"{case.name}: the whole decision, first sight", f"{median(first):.2f}"],
                [f"{case.name}: the whole decision, seen before", f"{median(known):.2f}"],
                [f"{case.name}: the whole decision of a cookie rule", f"{median(cookie):.2f}"],
            ]
            targets += [
                Target(f"{case.name}: verifying / its cryptography alone", contest.ratio(verified, bare), 1.3),
                Target(
                    f"{case.name}: CPU per photo / a cookie rule", through_the_door(case, people, rounds, seconds), 1.05
                ),
            ]
            if case.distinct:
                targets.append(Target(f"{case.name}: MB for {case.distinct:,} distinct tokens", memory(case), 80))
    return Section(
        title="Verified tokens",
        about=(
            "The decision in one process, microseconds of processor time; every token is another one. The cryptography "
            "alone is decrypting, taking the padding off, hashing and checking the signature or the MAC with the "
            "`cryptography` library, with keys and ciphers made before. The decision looks for the person too, of LTPA "
            "once a minute for each user, and for what a pass opens in its register. A visitor's later photos on a "
            "connection need none of it: see the ratio through the door."
        ),
        headings=["", "us"],
        rows=rows,
        targets=targets,
    )


def first_sight(case: Case, rounds: int) -> tuple[list[float], list[float], list[float]]:
    """Give microseconds of the decision on new tokens, of verifying them, and of their bare cryptography."""
    first: list[float] = []
    verified: list[float] = []
    bare: list[float] = []
    visits = [Visit("192.0.2.1", case.headers(number), FACE) for number in range(FIRST)]
    for _ in range(rounds + 1):
        policy = Policy(settings.Policy(allow=[case.rule]))
        bare.append(_timed(lambda: [case.bare(number) for number in range(FIRST)]))
        verified.append(_timed(lambda policy=policy: [case.verify(policy, number) for number in range(FIRST)]))
        first.append(_timed(lambda policy=policy: [policy.decide(visit) for visit in visits]))
    return first[1:], verified[1:], bare[1:]


def known_visitor(case: Case, rounds: int) -> tuple[list[float], list[float]]:
    """Give microseconds of the decision by a cookie's name, and by a credential that was seen before."""
    visits = [Visit("192.0.2.1", case.headers(number), FACE) for number in range(FIRST)]
    seed = Policy(settings.Policy(allow=[settings.Rule(name="seed", cookie=[_cookie(case)])]))
    policy = Policy(settings.Policy(allow=[case.rule]))
    costs: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds + 1):
        for each, cost in zip((seed, policy), costs, strict=True):
            cost.append(_timed(lambda each=each: [each.decide(visit) for visit in visits]))
    return costs[0][1:], costs[1][1:]


def through_the_door(case: Case, people: int, rounds: int, seconds: float) -> float:
    """Give the processor time of a photo for a known visitor, in those of one whom a cookie's name lets in."""
    with open_folder() as folder, ExitStack() as running:
        library = ours.library_of(faces.folder_of(people, 160), folder)
        cookie = case.headers(0)[0][1].decode("ascii")
        kinds = {"cookie rule": f"cookie = {json.dumps(_cookie(case))}", case.name: case.condition}
        load = Load(case.people or people, sent=cookie)
        contenders = []
        for number, (name, condition) in enumerate(kinds.items()):
            served = running.enter_context(
                ours.served(name, folder / f"ours-{number}", library=library, cookies=(), condition=condition)
            )
            _let_in(served, load)
            contenders.append(Contender(name, served, load))
        seed, verified = contest.hold(contenders, rounds=rounds, seconds=seconds).values()
    return contest.ratio(verified.cpu, seed.cpu)


def _let_in(server: Server, load: Load) -> None:
    """Check that a visitor is let in, which waits for the worker too. Raises BenchError."""
    visitor = Visitor(server.port, headers=load.headers())
    status, _, _ = visitor.ask(0)
    visitor.close()
    if status != 200:
        raise BenchError(f"{server.name} answers {status} to a visitor whom it should know")


def _cookie(case: Case) -> str:
    """Give the name of the cookie that the credential is in."""
    return case.headers(0)[0][1].partition(b"=")[0].decode("ascii")


def memory(case: Case) -> float:
    """Give the megabytes that limner holds after so many tokens, the tokens themselves left out."""
    policy = Policy(settings.Policy(allow=[case.rule]))
    visits = [Visit("192.0.2.1", case.headers(number)) for number in range(case.distinct)]
    tracemalloc.start()
    for visit in visits:
        policy.decide(visit)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held / 1e6


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) / FIRST * 1e6
