"""Drives the published Python client for CTR against a hub: every call of it, each judged by what it must answer.

Arguments: the client's folder. Environment: HUB, CLIENT_ID, CLIENT_PASSWORD, FACTS (JSON). One JSON object a line.
"""
import json
import os
import sys
import uuid

sys.path.insert(0, sys.argv[1])

from requests import HTTPError  # noqa: E402
from threatresponse import ThreatResponse  # noqa: E402

HUB = os.environ['HUB']
FACTS = json.loads(os.environ['FACTS'])
ENVIRONMENT = {'visibility': HUB, 'private_intel': HUB, 'global_intel': HUB}
client = ThreatResponse(
    client_id=os.environ['CLIENT_ID'], client_password=os.environ['CLIENT_PASSWORD'], environment=ENVIRONMENT
)
made = {}


def say(call, wire, good, note=''):
    print(json.dumps({'call': call, 'wire': wire, 'good': bool(good), 'note': str(note)[:300]}), flush=True)


def attempt(call, wire, act, judge=lambda answer: True):
    """Makes one call. `judge` says whether the answer is right; it may raise."""
    try:
        answer = act()
        good = judge(answer)
        say(call, wire, good, '' if good else json.dumps(answer, default=str))
        return answer
    except Exception as error:
        response = getattr(error, 'response', None)
        say(call, wire, False, f'{type(error).__name__}: {error} {getattr(response, "text", "")}')
        return None


def refused(call, wire, act, status, text='', note='as CTR has it'):
    """A call that CTR refuses to clients: with this status, and this in the words of the client."""
    try:
        act()
        say(call, wire, False, f'was not refused, {status} was expected')
    except HTTPError as error:
        good = error.response.status_code == status and text in str(error)
        say(call, wire, good, f'{status} {note}' if good else error)


SEEN = {'start_time': '2021-01-02T03:04:05.000Z', 'end_time': '2021-01-02T03:04:05.000Z'}
VALID = {'start_time': '2021-01-02T03:04:05.000Z', 'end_time': '2040-01-02T03:04:05.000Z'}
IP = {'type': 'ip', 'value': '203.0.113.%d' % (uuid.uuid4().int % 250 + 1)}
TEXT = {'title': 'A title', 'description': 'A description', 'short_description': 'Short'}
FROM = 'conformance'
ASSET = 'https://other.example/ctia/asset/asset-' + str(uuid.uuid4())

NEW = {
    'actor': dict(TEXT, source=FROM, actor_type='Hacker'),
    'asset': dict(TEXT, source=FROM, asset_type='data', valid_time=VALID),
    'asset_mapping': dict(source=FROM, asset_ref=ASSET, asset_type='data', observable=IP, confidence='High',
                          stability='Physical', specificity='Medium', valid_time=VALID),
    'asset_properties': dict(source=FROM, asset_ref=ASSET, valid_time=VALID),
    'attack_pattern': dict(TEXT),
    'campaign': dict(TEXT, campaign_type='Critical'),
    'casebook': dict(TEXT, observables=[IP]),
    'coa': dict(TEXT, coa_type='Diplomatic Actions'),
    'data_table': dict(columns=[{'name': 'column', 'type': 'string'}], rows=[[{}]]),
    'feed': dict(feed_type='indicator', output='observables'),
    'feedback': dict(entity_id=ASSET, feedback=1, reason='improvement'),
    'identity_assertion': dict(identity={'observables': [IP]}, assertions=[{'name': 'severity', 'value': 'Medium'}]),
    'incident': dict(confidence='Low', status='New', incident_time={'opened': '2021-01-02T03:04:05.000Z'}),
    'indicator': dict(producer='producer', revision=0),
    'investigation': dict(TEXT, source=FROM, actions='[]'),
    'judgement': dict(source=FROM, observable=IP, disposition=2, disposition_name='Malicious', priority=99,
                      confidence='High', severity='Medium'),
    'malware': dict(TEXT, labels=['malware']),
    'relationship': dict(relationship_type='indicates', source_ref=ASSET, target_ref=ASSET),
    'sighting': dict(count=1, observed_time=SEEN, confidence='High', observables=[IP]),
    'target_record': dict(source=FROM, targets=[{'type': 'string', 'observables': [IP], 'observed_time': SEEN}]),
    'tool': dict(TEXT, labels=['tool']),
    'vulnerability': dict(description='Browser vulnerability'),
    'weakness': dict(description='Weak', likelihood='Medium'),
}
NO_PUT = ('data_table', 'feedback')
intel = client.private_intel


def short(entity):
    return entity['id'].rpartition('/')[-1]


def entity_calls(name):
    api = getattr(intel, name)
    at = '/ctia/' + name.replace('_', '-')
    one = dict(NEW[name], external_ids=['conformance-3'])
    entity = attempt(f'{name}.post', f'POST {at}', lambda: api.post(one, params={'wait_for': 'true'}),
                     lambda a: all(a[key] == value for key, value in one.items()))
    if entity is None:
        return
    made[name] = entity
    attempt(f'{name}.get(id)', f'GET {at}/{{id}}', lambda: api.get(entity['id']), lambda a: a == entity)
    attempt(f'{name}.get(short id)', f'GET {at}/{{id}}', lambda: api.get(short(entity)), lambda a: a == entity)
    attempt(f'{name}.get()', f'GET {at}', lambda: api.get(), lambda a: entity in a)
    attempt(f'{name}.external_id', f'GET {at}/external_id/{{xid}}', lambda: api.external_id('conformance-3'),
            lambda a: a == [entity])
    attempt(f'{name}.search.get', f'GET {at}/search', lambda: api.search.get(params={'id': short(entity)}),
            lambda a: a == [entity])
    attempt(f'{name}.search.count', f'GET {at}/search/count', lambda: api.search.count(), lambda a: a >= 1)
    since = {'from': entity['timestamp'], 'aggregate-on': 'timestamp'}
    attempt(f'{name}.metric.histogram', f'GET {at}/metric/histogram',
            lambda: api.metric.histogram(params=dict(since, granularity='week')), lambda a: a['type'] == 'histogram')
    attempt(f'{name}.metric.topn', f'GET {at}/metric/topn', lambda: api.metric.topn(params=since),
            lambda a: a['type'] == 'topn')
    attempt(f'{name}.metric.cardinality', f'GET {at}/metric/cardinality', lambda: api.metric.cardinality(params=since),
            lambda a: a['type'] == 'cardinality')
    if name == 'judgement':
        refused('judgement.put', f'PUT {at}/{{id}}', lambda: api.put(entity['id'], NEW[name]), 403,
                '"error": "missing_capability"')
    elif name not in NO_PUT:
        attempt(f'{name}.put', f'PUT {at}/{{id}}', lambda: api.put(entity['id'], dict(NEW[name], language='de')),
                lambda a: a['language'] == 'de' and a['id'] == entity['id'])
    if name in ('casebook', 'incident'):
        attempt(f'{name}.patch', f'PATCH {at}/{{id}}', lambda: api.patch(entity['id'], {'title': 'Patched'}),
                lambda a: a['title'] == 'Patched')


def special_calls():
    casebook, incident = made['casebook']['id'], made['incident']['id']
    attempt('casebook.observables', 'POST /ctia/casebook/{id}/observables',
            lambda: intel.casebook.observables(casebook, {'operation': 'add', 'observables': [IP]}),
            lambda a: a['observables'] == [IP, IP])
    attempt('casebook.texts', 'POST /ctia/casebook/{id}/texts',
            lambda: intel.casebook.texts(casebook, {'operation': 'add', 'texts': [{'type': 'some', 'text': 'text'}]}),
            lambda a: a['texts'] == [{'type': 'some', 'text': 'text'}])
    attempt('casebook.bundle', 'POST /ctia/casebook/{id}/bundle',
            lambda: intel.casebook.bundle(casebook, {'operation': 'add', 'bundle': dict(TEXT, type='bundle', source=FROM)}),
            lambda a: a['bundle']['source'] == FROM)
    attempt('incident.status', 'POST /ctia/incident/{id}/status',
            lambda: intel.incident.status(incident, {'status': 'Open'}), lambda a: a['status'] == 'Open')
    attempt('incident.link', 'POST /ctia/incident/{id}/link',
            lambda: intel.incident.link(incident, {'casebook_id': casebook, 'tlp': 'white'}),
            lambda a: a['relationship_type'] == 'related-to' and a['source_ref'] == casebook)
    judgement, sighting, indicator = (made[name]['id'] for name in ('judgement', 'sighting', 'indicator'))
    for source, target in ((judgement, indicator), (sighting, indicator), (sighting, incident)):
        intel.relationship.post(dict(relationship_type='indicates', source_ref=source, target_ref=target))
    kind, value = IP['type'], IP['value']
    attempt('judgement.judgements', 'GET /ctia/{type}/{value}/judgements',
            lambda: intel.judgement.judgements(kind, value), lambda a: a[0]['id'] == judgement)
    attempt('sighting.sightings', 'GET /ctia/{type}/{value}/sightings',
            lambda: intel.sighting.sightings(kind, value), lambda a: a[0]['id'] == sighting)
    attempt('indicator.judgements.indicators', 'GET /ctia/{type}/{value}/judgements/indicators',
            lambda: intel.indicator.judgements.indicators(value, kind), lambda a: a == [indicator])
    attempt('indicator.sightings.indicators', 'GET /ctia/{type}/{value}/sightings/indicators',
            lambda: intel.indicator.sightings.indicators(kind, value), lambda a: a == [indicator])
    attempt('incident.sightings.incidents', 'GET /ctia/{type}/{value}/sightings/incidents',
            lambda: intel.incident.sightings.incidents(kind, value), lambda a: a == [incident])
    attempt('verdict.get', 'GET /ctia/{type}/{value}/verdict', lambda: intel.verdict.get(kind, value),
            lambda a: a['disposition_name'] == 'Malicious' and a['judgement_id'] == judgement)
    feed = intel.feed.post(dict(NEW['feed'], indicator_id=indicator))
    attempt('feed.view', 'GET /ctia/feed/{id}/view', lambda: intel.feed.view(short(feed), feed['secret']),
            lambda a: a == {'observables': [IP]})
    attempt('feed.view.txt', 'GET /ctia/feed/{id}/view.txt',
            lambda: getattr(intel.feed, 'view.txt')(short(feed), feed['secret']) if not hasattr(intel.feed.view, 'txt')
            else intel.feed.view.txt(short(feed), feed['secret']), lambda a: a == value)
    attempt('event.history', 'GET /ctia/event/history/{id}', lambda: intel.event.history(casebook),
            lambda a: a[0]['count'] >= 2)
    attempt('event.search.get', 'GET /ctia/event/search', lambda: intel.event.search.get(params={'limit': 1}),
            lambda a: a[0]['type'] == 'event')
    event = intel.event.search.get(params={'limit': 1})[0]
    attempt('event.get', 'GET /ctia/event/{id}', lambda: intel.event.get(event['id']), lambda a: a == event)
    refused('event.delete', 'DELETE /ctia/event/{id}', lambda: intel.event.delete(event['id']), 403, 'missing_capability')
    refused('event.search.delete', 'DELETE /ctia/event/search',
            lambda: intel.event.search.delete(params={'id': event['id']}), 403, 'missing_capability')
    attempt('vulnerability.cpe_match_strings', 'GET /ctia/vulnerability/cpe_match_strings',
            lambda: intel.vulnerability.cpe_match_strings(), lambda a: isinstance(a, list))


def many_calls():
    original = 'transient:sighting-' + str(uuid.uuid4())
    bundle = dict(type='bundle', source=FROM, sightings=[dict(NEW['sighting'], id=original, external_ids=['bundled'])])
    attempt('bundle.import_.post', 'POST /ctia/bundle/import',
            lambda: intel.bundle.import_.post(bundle, params={'external_key_prefixes': 'bundled'}),
            lambda a: a['results'][0]['result'] == 'created')
    attempt('bundle.import_.post (again)', 'POST /ctia/bundle/import', lambda: intel.bundle.import_.post(bundle),
            lambda a: a['results'][0]['result'] == 'exists')
    incident = made['incident']['id']
    attempt('bundle.export.get', 'GET /ctia/bundle/export',
            lambda: intel.bundle.export.get(params={'ids': [incident]}),
            lambda a: a['type'] == 'bundle' and a['incidents'][0]['id'] == incident and len(a['relationships']) > 0)
    attempt('bundle.export.post', 'POST /ctia/bundle/export', lambda: intel.bundle.export.post({'ids': [incident]}),
            lambda a: a['incidents'][0]['id'] == incident)
    bulk = attempt('bulk.post', 'POST /ctia/bulk',
                   lambda: intel.bulk.post({'campaigns': [NEW['campaign']], 'coas': [NEW['coa']]}),
                   lambda a: len(a['campaigns']) == 1 and len(a['coas']) == 1)
    if bulk:
        attempt('bulk.get', 'GET /ctia/bulk', lambda: intel.bulk.get(params={'campaigns': bulk['campaigns']}),
                lambda a: a['campaigns'][0]['id'] == bulk['campaigns'][0])
    query = '''query Q($first: Int) { sightings(query: "*", first: $first,
      orderBy: [{field: OBSERVED_TIME_START_TIME, direction: desc}]) { nodes {
        observables { value type } confidence observed_time { start_time end_time }
        relations { relation source { value type } related { value type } } } } }'''
    attempt('graphql.post', 'POST /ctia/graphql', lambda: intel.graphql.post({'query': query, 'variables': {'first': 5}}),
            lambda a: a['data']['sightings']['nodes'][0]['observed_time']['start_time'] == SEEN['start_time'])
    attempt('version.get', 'GET /ctia/version', lambda: intel.version.get(), lambda a: a['base'] == '/ctia')
    attempt('status.get', 'GET /ctia/status', lambda: intel.status.get(), lambda a: a == {'status': 'ok'})
    attempt('metrics.get', 'GET /ctia/metrics', lambda: intel.metrics.get(), lambda a: a['sighting'] >= 1)
    refused('properties.get', 'GET /ctia/properties', lambda: intel.properties.get(), 403, 'missing_capability')


def ending_calls():
    for name in ('asset_mapping', 'asset_properties', 'judgement'):
        at = '/ctia/' + name.replace('_', '-')
        api = getattr(intel, name)
        attempt(f'{name}.expire', f'POST {at}/{{id}}/expire',
                lambda: api.expire(made[name]['id'], {}, params={'reason': 'For test'}),
                lambda a: a['valid_time']['end_time'] < '2040' and (name != 'judgement' or a['reason'] == ' For test'))
    for name in NEW:
        at = '/ctia/' + name.replace('_', '-')
        api = getattr(intel, name)
        if name not in made:
            continue
        attempt(f'{name}.delete', f'DELETE {at}/{{id}}', lambda: api.delete(made[name]['id']),
                lambda a: a.status_code == 204)
        refused(f'{name}.get (deleted)', f'GET {at}/{{id}}', lambda: api.get(made[name]['id']), 404)
        api.post(dict(NEW[name], external_ids=['doomed']))
        attempt(f'{name}.search.delete', f'DELETE {at}/search', lambda: api.search.delete(params={
            'query': 'external_ids:doomed', 'REALLY_DELETE_ALL_THESE_ENTITIES': 'true'}), lambda a: a == 1)


def enrich_calls():
    at = '/iroh/iroh-enrich'
    observables = attempt('inspect.inspect', 'POST /iroh/iroh-inspect/inspect',
                          lambda: client.inspect.inspect({'content': 'see cisco.com and 1.2.3.4'}),
                          lambda a: a == [{'value': 'cisco.com', 'type': 'domain'}, {'value': '1.2.3.4', 'type': 'ip'}])
    attempt('enrich.settings.get', f'GET {at}/settings', lambda: client.enrich.settings.get(), lambda a: isinstance(a, dict))
    attempt('enrich.health', f'POST {at}/health', lambda: client.enrich.health(), lambda a: isinstance(a['data'], list))
    attempt('enrich.health.module_instance_id', f'POST {at}/health/{{id}}',
            lambda: client.enrich.health.module_instance_id(FACTS['module']),
            lambda a: a['data']['data']['status'] == 'ok')
    sighting = dict(NEW['sighting'], type='sighting', id='transient:sighting-1', schema_version='1.1.3')
    known = made['sighting']['id']
    for verb in ('deliberate', 'observe', 'refer'):
        api = getattr(client.enrich, verb)
        attempt(f'enrich.{verb}.observables', f'POST {at}/{verb}/observables', lambda: api.observables([IP]),
                lambda a: isinstance(a['data'], list))
        attempt(f'enrich.{verb}.sighting', f'POST {at}/{verb}/sighting', lambda: api.sighting(sighting),
                lambda a: isinstance(a['data'], list))
        attempt(f'enrich.{verb}.sighting_ref', f'POST {at}/{verb}/sighting_ref', lambda: api.sighting_ref(known),
                lambda a: isinstance(a['data'], list))
    respond = '/iroh/iroh-response/respond'
    attempt('response.respond.observables', f'POST {respond}/observables',
            lambda: client.response.respond.observables([IP]), lambda a: isinstance(a['data'], list))
    attempt('response.respond.sighting', f'POST {respond}/sighting',
            lambda: client.response.respond.sighting(sighting), lambda a: isinstance(a['data'], list))
    blocked = {'type': 'email', 'value': 'bad@evil.example'}
    attempt('response.respond.trigger', f'POST {respond}/trigger/{{module}}/{{action}}',
            lambda: client.response.respond.trigger(
                FACTS['appliance'], 'email-block-sender', blocked['type'], blocked['value'], params={'reason': 'conformance'}),
            lambda a: a == {'data': {'status': 'success'}})
    attempt('response.respond.observables (after)', f'POST {respond}/observables',
            lambda: client.response.respond.observables([blocked]),
            lambda a: [one['id'] for one in a['data']] == ['email-unblock-sender'])
    answer = client.response.respond.trigger(FACTS['module'], 'none', IP['type'], IP['value'])
    say('response.respond.trigger (no such action)', f'POST {respond}/trigger/{{module}}/{{action}}',
        answer['data']['status'] == 'failure' and answer['errors'], 'failure, with the reason')
    attempt('commands.verdict', f'POST inspect, {at}/deliberate', lambda: client.commands.verdict(IP['value']),
            lambda a: [v['disposition_name'] for v in a['verdicts']] == ['Malicious'])
    attempt('commands.targets', f'POST inspect, {at}/observe', lambda: client.commands.targets(IP['value']),
            lambda a: a['targets'][0]['module'] == 'Private Intelligence')
    return observables


def int_calls():
    at = '/iroh/iroh-int'
    title = 'Conformance ' + str(uuid.uuid4())
    kinds = {
        'module_type': {'title': title, 'default_name': title},
        'module_instance': {'name': title, 'module_type_id': FACTS['module_type'], 'visibility': 'org'},
        'integration': {'title': title, 'description': 'd', 'short_description': 's', 'flags': [], 'enabled': True},
        'module_type_patch': {'patch': {}},
    }
    ids = {}
    for kind, body in kinds.items():
        api, path = getattr(client.int, kind), f'{at}/{kind.replace("_", "-")}'
        if kind == 'module_type_patch':
            body['module_type_id'] = ids['module_type']
        one = attempt(f'int.{kind}.post', f'POST {path}', lambda: api.post(body), lambda a: 'id' in a)
        if one is None:
            continue
        ids[kind] = one['id']
        attempt(f'int.{kind}.get', f'GET {path}', lambda: api.get(), lambda a: any(b['id'] == one['id'] for b in a))
        attempt(f'int.{kind}.get(id)', f'GET {path}/{{id}}', lambda: api.get(one['id']), lambda a: a['id'] == one['id'])
        attempt(f'int.{kind}.put', f'PUT {path}/{{id}}', lambda: api.put(one['id'], body), lambda a: a['id'] == one['id'])
        attempt(f'int.{kind}.patch', f'PATCH {path}/{{id}}',
                lambda: api.patch(one['id'], {'merge_status': 'pending'} if 'patch' in kind else {'enabled': True}),
                lambda a: a['id'] == one['id'])
    if 'module_type_patch' in ids:
        attempt('int.module_type_patch.action_preview', f'GET {at}/module-type-patch/{{id}}/action%2Fpreview',
                lambda: client.int.module_type_patch.action_preview(ids['module_type_patch']), lambda a: isinstance(a, dict))
    for kind in reversed(list(ids)):
        attempt(f'int.{kind}.delete', f'DELETE {at}/{kind.replace("_", "-")}/{{id}}',
                lambda: getattr(client.int, kind).delete(ids[kind]), lambda a: a.status_code == 204)


def people_calls():
    who = attempt('profile.whoami', 'GET /iroh/profile/whoami', lambda: client.profile.whoami(),
                  lambda a: a['user']['role'] == 'admin')
    org = attempt('profile.org.get', 'GET /iroh/profile/org', lambda: client.profile.org.get(), lambda a: 'name' in a)
    if org:
        attempt('profile.org.post', 'POST /iroh/profile/org', lambda: client.profile.org.post({'name': org['name']}),
                lambda a: a['name'] == org['name'])
    if who is None:
        return
    user = who['user']
    me = user['user-id']
    attempt('user_mgmt.users.get', 'GET /iroh/user-mgmt/users/{id}', lambda: client.user_mgmt.users.get(me),
            lambda a: a['user-id'] == me)
    attempt('user_mgmt.users.post', 'POST /iroh/user-mgmt/users/{id}',
            lambda: client.user_mgmt.users.post(me, {'role': user['role']}), lambda a: a['user-id'] == me)
    attempt('user_mgmt.batch.users', 'GET /iroh/user-mgmt/batch/users',
            lambda: client.user_mgmt.batch.users([me, me]), lambda a: len(a) == 2)
    attempt('user_mgmt.search.users', 'POST /iroh/user-mgmt/search/users',
            lambda: client.user_mgmt.search.users({'role': ['admin']}), lambda a: any(b['user-id'] == me for b in a))


def sse_calls():
    at, sse = '/iroh/iroh-sse/device', client.sse_device
    device = attempt('sse_device.post', f'POST {at}', lambda: sse.post({'name': 'conformance'}), lambda a: 'id' in a)
    if device is None:
        return
    one = device['id']
    attempt('sse_device.get_all', f'GET {at}', lambda: sse.get_all(), lambda a: any(d['id'] == one for d in a))
    attempt('sse_device.get_by_id', f'GET {at}/{{id}}', lambda: sse.get_by_id(one), lambda a: a['id'] == one)
    attempt('sse_device.patch', f'PATCH {at}/{{id}}', lambda: sse.patch(one, {'name': 'renamed'}), lambda a: a['name'] == 'renamed')
    attempt('sse_device.token', f'POST {at}/{{id}}/token', lambda: sse.token(one, {}), lambda a: a['token'])
    attempt('sse_device.re_token', f'POST {at}/{{id}}/token', lambda: sse.re_token(one, {}), lambda a: a['token'])
    attempt('sse_device.api_proxy', f'POST {at}/{{id}}/api-proxy',
            lambda: sse.api_proxy(FACTS['device'], {'method': 'GET', 'path': '/api/status'}),
            lambda a: a['status'] == 200 and a['body']['version'])
    refused('sse_device.api_proxy (offline)', f'POST {at}/{{id}}/api-proxy',
            lambda: sse.api_proxy(one, {'method': 'GET', 'path': '/api/status'}), 503, note='for a device that never connected')
    attempt('sse_tenant.get_token', 'GET /iroh/iroh-sse/tenant/token', lambda: client.sse_tenant.get_token(), lambda a: a)
    attempt('sse_device.delete', f'DELETE {at}/{{id}}', lambda: sse.delete(one), lambda a: a is not None)


attempt('(token)', 'POST /iroh/oauth2/token', lambda: client.enrich.settings.get())
for entity_name in NEW:
    entity_calls(entity_name)
special_calls()
many_calls()
enrich_calls()
ending_calls()
int_calls()
people_calls()
sse_calls()
