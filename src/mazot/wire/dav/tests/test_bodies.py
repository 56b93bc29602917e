# SPDX-License-Identifier: AGPL-3.0-or-later
import time

import pytest

from mazot.wire.dav import Malformed
from mazot.wire.dav.bodies import DAV, LockRequest, Plan, read_lockinfo, read_propfind, read_proppatch

FIND = b'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:">%b</propfind>'


@pytest.mark.parametrize(
    ("body", "plan"),
    [
        (b"", Plan("allprop")),
        (FIND % b"<allprop/>", Plan("allprop")),
        (FIND % b"<propname/>", Plan("propname")),
        (FIND % b"<allprop/><include><supportedlock/></include>", Plan("allprop", ((DAV, "supportedlock"),))),
        (
            FIND % b'<prop><getetag/><x:a xmlns:x="urn:x"/><getetag/></prop>',
            Plan("prop", ((DAV, "getetag"), ("urn:x", "a"))),
        ),
        (FIND % b'<prop><b xmlns=""/></prop>', Plan("prop", (("", "b"),))),
        (FIND % b"<prop/>", Plan("prop")),
        (
            '<?xml version="1.0" encoding="utf-16"?><propfind xmlns="DAV:"><propname/></propfind>'.encode("utf-16"),
            Plan("propname"),
        ),
        (b"\xef\xbb\xbf" + FIND % b"<propname/>", Plan("propname")),
        (FIND % b"<!-- hello --><propname/><?hello?>", Plan("propname")),
    ],
)
def test_a_propfind_becomes_a_plan(body, plan):
    assert read_propfind(body) == plan


BOMB = b"""<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">
<!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;"><!ENTITY h "&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;">]>
<propfind xmlns="DAV:" a="&h;"><prop><x>&h;</x></prop></propfind>"""
OUTSIDE = (
    b'<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/hostname">]><propfind xmlns="DAV:"><prop><a>&x;</a></prop></propfind>'
)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<propfind", 400),
        (b"<propfind xmlns='DAV:'><prop></propfind>", 400),
        (b"<a:propfind xmlns='DAV:'/>", 400),
        (b"<propfind xmlns='DAV:'/>", 400),
        (FIND % b"<allprop/><prop/>", 400),
        (b"<propfind/>", 400),
        (b"<lockinfo xmlns='DAV:'/>", 400),
        (b"\0\0\0", 400),
        (BOMB, 400),
        (OUTSIDE, 400),
        (
            b'<!DOCTYPE propfind SYSTEM "http://elsewhere.example/x.dtd"><propfind xmlns="DAV:"><propname/></propfind>',
            400,
        ),
        (OUTSIDE.decode().encode("utf-16"), 400),
        (FIND % (b"<prop>" + b"<a>" * 100 + b"</a>" * 100 + b"</prop>"), 400),
        (FIND % (b"<prop>" + b"<a>" * 300 + b"</a>" * 300 + b"</prop>"), 400),
        (FIND % (b"<prop>" + b"<a/>" * 20_000 + b"</prop>"), 400),
        (FIND % (b"<prop>" + b" " * 2**21 + b"</prop>"), 413),
        (b'<?xml version="1.0" encoding="utf-7"?><propfind xmlns="DAV:"><propname/></propfind>', 415),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_at_once(body, status):
    started = time.process_time()

    with pytest.raises(Malformed) as refused:
        read_propfind(body)
    assert refused.value.status == status
    assert time.process_time() - started < 0.5


def test_a_document_type_inside_a_value_is_only_text():
    (step,) = read_proppatch(
        b'<propertyupdate xmlns="DAV:"><set><prop><a xmlns="urn:x"><![CDATA[<!DOCTYPE html>]]></a></prop></set></propertyupdate>'
    )
    assert step.text == "<!DOCTYPE html>"


def test_proppatch_keeps_the_order_and_the_words():
    steps = read_proppatch(
        """<D:propertyupdate xmlns:D="DAV:" xmlns:z="urn:z" xml:lang="fr">
        <D:set><D:prop><z:author z:mood="gai"> <z:name>Zoé &amp; co</z:name></z:author> </D:prop></D:set>
        <D:remove><D:prop><z:old/><plain xmlns=""/></D:prop></D:remove>
        <D:set><D:prop><z:old>new</z:old></D:prop></D:set></D:propertyupdate>""".encode()
    )

    assert [(step.name, step.xml is None) for step in steps] == [
        (("urn:z", "author"), False),
        (("urn:z", "old"), True),
        (("", "plain"), True),
        (("urn:z", "old"), False),
    ]
    assert "<z:author" in steps[0].xml
    assert 'z:mood="gai"' in steps[0].xml
    assert 'xml:lang="fr"' in steps[0].xml
    assert "> <z:name>Zoé &amp; co</z:name></z:author>" in steps[0].xml
    assert steps[3].text == "new"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<propertyupdate xmlns='DAV:'/>",
        b"<x/>",
        b"<propertyupdate xmlns='DAV:'><set><prop/></set></propertyupdate>",
    ],
)
def test_a_proppatch_that_changes_nothing_is_refused(body):
    with pytest.raises(Malformed):
        read_proppatch(body)


LOCK = '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:{}/></D:lockscope><D:locktype><D:{}/></D:locktype>{}</D:lockinfo>'


def test_a_lock_is_exclusive_or_shared_and_knows_its_owner():
    assert read_lockinfo(LOCK.format("exclusive", "write", "").encode()) == LockRequest(True)
    shared = read_lockinfo(LOCK.format("shared", "write", "<D:owner>Zoé</D:owner>").encode())
    assert not shared.exclusive
    assert shared.owner_xml == '<D:owner xmlns:D="DAV:">Zoé</D:owner>'


@pytest.mark.parametrize(
    "body",
    [LOCK.format("both", "write", ""), LOCK.format("shared", "read", ""), "<D:lockinfo xmlns:D='DAV:'/>", "<x/>"],
)
def test_another_lock_is_refused(body):
    with pytest.raises(Malformed):
        read_lockinfo(body.encode())


def test_an_owner_of_many_words_is_refused():
    with pytest.raises(Malformed) as refused:
        read_lockinfo(LOCK.format("shared", "write", f"<D:owner>{'a' * 5000}</D:owner>").encode())
    assert refused.value.status == 413
