What the witness asks of a PostgreSQL catalogue.
One row for each object, printed by the server's own functions. Each section is one question; a number behind its name is the
oldest version that can be asked. Objects of extensions are there too: they are the same in both databases that are compared.

-- relation --
select c.oid::regclass, c.relkind, c.relpersistence, (select amname from pg_am a where a.oid = c.relam),
       (select spcname from pg_tablespace s where s.oid = c.reltablespace),
       (select array_agg(o order by o) from unnest(c.reloptions) o),
       (select array_agg(o order by o) from pg_class t, unnest(t.reloptions) o where t.oid = c.reltoastrelid),
       c.relrowsecurity, c.relforcerowsecurity, c.relreplident, pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid),
       nullif(c.reloftype, 0)::regtype, case c.relkind when 'm' then c.relispopulated end,
       (select array_agg(i.inhparent::regclass order by i.inhseqno) from pg_inherits i where i.inhrelid = c.oid),
       (select array_agg(x::text order by x::text) from aclexplode(coalesce(c.relacl,
        acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner))) x)
from pg_class c
where c.oid >= 16384 and c.relkind <> 't' and c.relnamespace <> 'pg_toast'::regnamespace and c.relname !~ '^autogen_'

-- column --
select a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
       a.attidentity, a.attgenerated, nullif(a.attcollation, t.typcollation)::regcollation, a.attstorage, a.attcompression,
       coalesce(a.attstattarget, -1), a.attislocal, a.attinhcount, (select array_agg(o order by o) from unnest(a.attfdwoptions) o), a.attacl,
       -- some minor releases keep a mark of their own among the options
       (select array_agg(o order by o) from unnest(a.attoptions) o where o !~ '^pg_attver=')
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type t on t.oid = a.atttypid
     left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where c.oid >= 16384 and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f', 'c')
      and c.relname !~ '^autogen_'

-- constraint --
select coalesce(nullif(k.conrelid, 0)::regclass::text, k.contypid::regtype::text),
       -- the server makes one for each partition of the table referred to, named after the columns of that day
       case when p.oid is null then k.conname end, k.contype,
       pg_get_constraintdef(k.oid), k.convalidated, k.conislocal, k.coninhcount,
       -- of keys it depends on how they came to their partitions
       case when k.contype in ('c', 'n') then k.connoinherit end,
       to_jsonb(k)->>'conenforced', nullif(k.conindid, 0)::regclass
from pg_constraint k left join pg_constraint p on p.oid = k.conparentid and p.conrelid = k.conrelid and k.contype = 'f'
where k.oid >= 16384 and k.contype <> 't' and k.conrelid::regclass::text !~ 'autogen_'

-- index --
select pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisclustered, i.indisreplident,
       (select array_agg(a.attnum || '=' || a.attstattarget order by a.attnum) from pg_attribute a
        where a.attrelid = i.indexrelid and a.attstattarget <> -1)
from pg_index i join pg_class c on c.oid = i.indrelid
where c.oid >= 16384 and c.relkind <> 't' and c.relname !~ '^autogen_'

-- sequence --
select s.seqrelid::regclass, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
       (select d.deptype::text || ' ' || pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid) from pg_depend d
        where d.classid = 'pg_class'::regclass and d.objid = s.seqrelid and d.deptype in ('a', 'i'))
from pg_sequence s where s.seqrelid::regclass::text !~ 'autogen_'

-- view --
select c.oid::regclass, pg_get_viewdef(c.oid) from pg_class c where c.oid >= 16384 and c.relkind in ('v', 'm')

-- trigger --
select pg_get_triggerdef(t.oid), t.tgenabled from pg_trigger t where not t.tgisinternal

-- rule --
select pg_get_ruledef(r.oid), r.ev_enabled from pg_rewrite r where r.oid >= 16384 and r.rulename <> '_RETURN'

-- policy --
select p.polrelid::regclass, p.polname, p.polcmd, p.polpermissive,
       (select array_agg(coalesce(r.rolname, 'public') order by 1) from unnest(p.polroles) o left join pg_roles r on r.oid = o),
       pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
from pg_policy p

-- statistics --
select pg_get_statisticsobjdef(s.oid), coalesce(s.stxstattarget, -1) from pg_statistic_ext s

-- type --
select t.oid::regtype, t.typtype, nullif(t.typbasetype, 0)::regtype, format_type(t.typbasetype, t.typtypmod), t.typnotnull,
       coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault), nullif(t.typcollation, 0)::regcollation,
       t.typinput, t.typoutput, t.typcategory, t.typispreferred, t.typstorage, t.typlen,
       (select array_agg(l.enumlabel order by l.enumsortorder) from pg_enum l where l.enumtypid = t.oid),
       (select concat_ws(' ', r.rngsubtype::regtype, nullif(r.rngcollation, 0)::regcollation, r.rngcanonical, r.rngsubdiff,
        r.rngmultitypid::regtype, (select opcname from pg_opclass o where o.oid = r.rngsubopc))
        from pg_range r where r.rngtypid = t.oid),
       (select array_agg(x::text order by x::text) from aclexplode(coalesce(t.typacl, acldefault('T', t.typowner))) x)
from pg_type t
where t.oid >= 16384 and not exists (select from pg_type e where e.typarray = t.oid)
      and (t.typrelid = 0 or (select c.relkind = 'c' from pg_class c where c.oid = t.typrelid))

-- routine --
select p.oid::regprocedure,
       -- settings stand in the order in which they came
       case when p.prokind <> 'a' then (select string_agg(l, e'\n' order by case when l ~ '^ SET ' then
        (select min(f) from string_to_table(pg_get_functiondef(p.oid), e'\n') with ordinality s (m, f) where m ~ '^ SET ')
        else n end, l) from string_to_table(pg_get_functiondef(p.oid), e'\n') with ordinality x (l, n)) end,
       (select array_agg(x::text order by x::text) from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x)
from pg_proc p where p.oid >= 16384

-- aggregate --
select a.aggfnoid::regprocedure, (to_jsonb(a) - 'aggfnoid' - 'aggtranstype' - 'aggmtranstype' - 'aggsortop')::text,
       a.aggtranstype::regtype, a.aggmtranstype::regtype, a.aggsortop::regoperator, p.proparallel
from pg_aggregate a join pg_proc p on p.oid = a.aggfnoid where p.oid >= 16384

-- operator --
select o.oid::regoperator, o.oprcode, o.oprcom::regoperator, o.oprnegate::regoperator, o.oprrest, o.oprjoin, o.oprcanhash,
       o.oprcanmerge
from pg_operator o where o.oid >= 16384

-- operator class --
select c.opcnamespace::regnamespace, c.opcname, c.opcmethod, f.opfname, c.opcintype::regtype, c.opcdefault,
       c.opckeytype::regtype
from pg_opclass c join pg_opfamily f on f.oid = c.opcfamily where c.oid >= 16384

-- operator family --
select f.opfnamespace::regnamespace, f.opfname, f.opfmethod,
       (select array_agg(format('%s (%s, %s) %s %s', m.amopstrategy, m.amoplefttype::regtype, m.amoprighttype::regtype,
                                m.amopopr::regoperator, (select s.opfname from pg_opfamily s where s.oid = m.amopsortfamily))
                         order by m.amopstrategy, m.amoplefttype::regtype::text, m.amoprighttype::regtype::text) from pg_amop m
        where m.amopfamily = f.oid),
       (select array_agg(format('%s (%s, %s) %s', m.amprocnum, m.amproclefttype::regtype, m.amprocrighttype::regtype,
                                m.amproc::regprocedure)
                         order by m.amprocnum, m.amproclefttype::regtype::text, m.amprocrighttype::regtype::text) from pg_amproc m
        where m.amprocfamily = f.oid)
from pg_opfamily f where f.oid >= 16384

-- cast --
select c.castsource::regtype, c.casttarget::regtype, c.castfunc::regprocedure, c.castcontext, c.castmethod
from pg_cast c where c.oid >= 16384

-- collation --
select c.collnamespace::regnamespace, (to_jsonb(c) - 'oid' - 'collnamespace' - 'collowner' - 'collversion')::text
from pg_collation c where c.oid >= 16384

-- conversion --
select c.connamespace::regnamespace, (to_jsonb(c) - 'oid' - 'connamespace' - 'conowner')::text
from pg_conversion c where c.oid >= 16384

-- text search dictionary --
select d.oid::regdictionary, d.dictinitoption, t.tmplname
from pg_ts_dict d join pg_ts_template t on t.oid = d.dicttemplate where d.oid >= 16384

-- text search configuration --
select c.oid::regconfig, p.prsname,
       (select array_agg(m.maptokentype || ' ' || m.mapdict::regdictionary::text order by m.maptokentype, m.mapseqno)
        from pg_ts_config_map m where m.mapcfg = c.oid)
from pg_ts_config c join pg_ts_parser p on p.oid = c.cfgparser where c.oid >= 16384

-- schema --
select n.nspname,
       (select array_agg(x::text order by x::text) from aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) x)
from pg_namespace n where n.nspname !~ '^pg_' and n.oid >= 16384

-- extension --
select extname, extnamespace::regnamespace, extversion from pg_extension where oid >= 16384

-- comment --
select i.type, i.identity, d.description
from pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) i
where d.objoid >= 16384 and i.identity !~ 'autogen_'

-- owner --
select i.type, i.identity, s.refobjid::regrole
from pg_shdepend s, pg_identify_object(s.classid, s.objid, s.objsubid) i
where s.deptype = 'o' and s.refclassid = 'pg_authid'::regclass
and s.dbid = (select oid from pg_database where datname = current_database()) and i.identity !~ 'autogen_'

-- depends on extension --
select pg_describe_object(classid, objid, objsubid), pg_describe_object(refclassid, refobjid, refobjsubid)
from pg_depend where deptype = 'x'

-- event trigger --
select evtname, evtevent, evtfoid::regproc, evtenabled, evttags from pg_event_trigger

-- publication --
select (to_jsonb(p) - 'oid' - 'pubowner')::text from pg_publication p

-- publication table 15 --
select p.pubname, r.prrelid::regclass, pg_get_expr(r.prqual, r.prrelid),
       (select array_agg(a.attname order by 1) from pg_attribute a where a.attrelid = r.prrelid and a.attnum = any(r.prattrs))
from pg_publication_rel r join pg_publication p on p.oid = r.prpubid

-- publication schema 15 --
select p.pubname, n.pnnspid::regnamespace from pg_publication_namespace n join pg_publication p on p.oid = n.pnpubid

-- subscription --
select subname, subenabled, subpublications, subslotname from pg_subscription
where subdbid = (select oid from pg_database where datname = current_database())

-- foreign-data wrapper --
select f.fdwname, f.fdwhandler::regproc, f.fdwvalidator::regproc, (select array_agg(o order by o) from unnest(f.fdwoptions) o),
       (select array_agg(x::text order by x::text) from aclexplode(coalesce(f.fdwacl, acldefault('F', f.fdwowner))) x)
from pg_foreign_data_wrapper f

-- server --
select s.srvname, f.fdwname, s.srvtype, s.srvversion, (select array_agg(o order by o) from unnest(s.srvoptions) o),
       (select array_agg(x::text order by x::text) from aclexplode(coalesce(s.srvacl, acldefault('S', s.srvowner))) x)
from pg_foreign_server s join pg_foreign_data_wrapper f on f.oid = s.srvfdw

-- user mapping --
select srvname, usename, (select array_agg(o order by o) from unnest(umoptions) o) from pg_user_mappings

-- foreign table --
select t.ftrelid::regclass, s.srvname, (select array_agg(o order by o) from unnest(t.ftoptions) o)
from pg_foreign_table t join pg_foreign_server s on s.oid = t.ftserver

-- language --
select lanname, lanpltrusted, lanplcallfoid::regproc, laninline::regproc,
       (select array_agg(x::text order by x::text) from aclexplode(coalesce(l.lanacl, acldefault('l', l.lanowner))) x)
from pg_language l where l.oid >= 16384

-- default privileges --
select defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype,
       (select array_agg(o order by o::text) from unnest(defaclacl) o)
from pg_default_acl
