"""What conversations are kept in is defined once: the local org takes it, and the same is Salesforce's metadata."""

from xml.etree.ElementTree import fromstring

from upbeat.localorg.definition_file import load, sources
from upbeat.localorg.shipped import CONVERSATIONS

NAMES = {"": "http://soap.sforce.com/2006/04/metadata"}
BELOW = "force-app/main/default/objects"


def test_each_object_and_each_field_is_a_file_of_metadata() -> None:
    [definition] = load([CONVERSATIONS])
    found = sources([definition])
    wanted = {f"{BELOW}/{name}/{name}.object-meta.xml" for name in definition.objects} | {
        f"{BELOW}/{name}/fields/{field}.field-meta.xml"
        for name, one in definition.objects.items()
        for field in one.fields
    }
    assert wanted <= set(found)
    for path in wanted:
        assert fromstring(found[path].partition("\n")[2]).find("label", NAMES) is not None


def test_a_field_says_all_that_salesforce_asks_of_its_type() -> None:
    found = sources(load([CONVERSATIONS]))
    long = fromstring(found[f"{BELOW}/Conversation__c/fields/Transcript__c.field-meta.xml"].partition("\n")[2])
    assert [(long.findtext(name, None, NAMES)) for name in ("type", "length", "visibleLines")] == [
        "LongTextArea",
        "131072",
        "10",
    ]
    lookup = fromstring(found[f"{BELOW}/Conversation__c/fields/Account__c.field-meta.xml"].partition("\n")[2])
    assert lookup.findtext("referenceTo", None, NAMES) == "Account"


def test_whoever_has_the_permission_set_may_use_every_field() -> None:
    [definition] = load([CONVERSATIONS])
    granted = set(definition.permission_sets["Upbeat_Conversations"].fields)
    assert granted == {f"{name}.{field}" for name, one in definition.objects.items() for field in one.fields}
