/* SPDX-License-Identifier: MIT */
/* The XSD of the model format. Editors read it; autogen itself checks more than it can say. */
#include "model/kind.h"
#include "model/table.h"
#include "parser/write.h"
#include "parser/xml.h"

#include <string.h>

static const char head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"\n"
    "           xmlns=\"" AG_MODEL_NAMESPACE "\" targetNamespace=\"" AG_MODEL_NAMESPACE "\"\n"
    "           elementFormDefault=\"qualified\" version=\"1.0\">\n"
    "\n"
    "  <!-- ===== values ===== -->\n"
    "  <xs:simpleType name=\"ident\">\n"
    "    <xs:annotation><xs:documentation>Exact database name, never case-folded; quoted when SQL "
    "needs it.</xs:documentation></xs:annotation>\n"
    "    <xs:restriction base=\"xs:string\"><xs:minLength value=\"1\"/></xs:restriction>\n"
    "  </xs:simpleType>\n"
    "  <xs:simpleType name=\"identList\">\n"
    "    <xs:annotation><xs:documentation>Names separated by blanks; a name with blanks stands in "
    "double quotes.</xs:documentation></xs:annotation>\n"
    "    <xs:restriction><xs:simpleType><xs:list itemType=\"ident\"/></xs:simpleType>"
    "<xs:minLength value=\"1\"/></xs:restriction>\n"
    "  </xs:simpleType>\n"
    "  <xs:simpleType name=\"bool\"><xs:restriction base=\"xs:string\">"
    "<xs:enumeration value=\"true\"/><xs:enumeration value=\"false\"/></xs:restriction>"
    "</xs:simpleType>\n"
    "  <xs:simpleType name=\"dialect\"><xs:restriction base=\"xs:string\">"
    "<xs:enumeration value=\"postgresql\"/><xs:enumeration value=\"sqlite\"/></xs:restriction>"
    "</xs:simpleType>\n"
    "  <xs:simpleType name=\"dialectList\"><xs:restriction><xs:simpleType>"
    "<xs:list itemType=\"dialect\"/></xs:simpleType><xs:minLength value=\"1\"/></xs:restriction>"
    "</xs:simpleType>\n";

static const char shared[] =
    "  <xs:simpleType name=\"sqlType\"><xs:union memberTypes=\"knownType freeType\"/>"
    "</xs:simpleType>\n"
    "  <xs:simpleType name=\"freeType\"><xs:restriction base=\"xs:string\">"
    "<xs:pattern value=\"\\s*\\S(.*\\S)?\\s*\"/></xs:restriction></xs:simpleType>\n"
    "  <xs:simpleType name=\"functionWord\"><xs:restriction base=\"xs:string\">"
    "<xs:enumeration value=\"now\"/><xs:enumeration value=\"today\"/>"
    "<xs:enumeration value=\"uuid\"/></xs:restriction></xs:simpleType>\n"
    "  <xs:simpleType name=\"order\"><xs:restriction base=\"xs:string\">"
    "<xs:enumeration value=\"asc\"/><xs:enumeration value=\"desc\"/></xs:restriction>"
    "</xs:simpleType>\n"
    "  <xs:simpleType name=\"nulls\"><xs:restriction base=\"xs:string\">"
    "<xs:enumeration value=\"first\"/><xs:enumeration value=\"last\"/></xs:restriction>"
    "</xs:simpleType>\n"
    "\n"
    "  <!-- ===== shared pieces ===== -->\n"
    "  <xs:attributeGroup name=\"open\"><xs:attribute name=\"dialect\" type=\"dialect\">"
    "<xs:annotation><xs:documentation>Limits the element to one database.</xs:documentation>"
    "</xs:annotation></xs:attribute>"
    "<xs:anyAttribute namespace=\"##other\" processContents=\"lax\"/></xs:attributeGroup>\n"
    "  <xs:group name=\"foreign\"><xs:sequence>"
    "<xs:any namespace=\"##other\" processContents=\"lax\"/></xs:sequence></xs:group>\n"
    "  <xs:complexType name=\"sqlText\"><xs:simpleContent><xs:extension base=\"xs:string\">\n"
    "    <xs:attribute name=\"src\" type=\"xs:anyURI\"><xs:annotation><xs:documentation>A file "
    "that "
    "holds the text, relative to this one.</xs:documentation></xs:annotation></xs:attribute>\n"
    "    <xs:attributeGroup ref=\"open\"/>\n"
    "  </xs:extension></xs:simpleContent></xs:complexType>\n"
    "  <xs:complexType name=\"commentText\"><xs:simpleContent><xs:extension base=\"xs:string\">"
    "<xs:attributeGroup ref=\"open\"/></xs:extension></xs:simpleContent></xs:complexType>\n"
    "  <xs:complexType name=\"paramPart\">\n"
    "    <xs:attribute name=\"name\" type=\"ident\" use=\"required\"/>\n"
    "    <xs:attribute name=\"value\" type=\"xs:string\" use=\"required\"/>\n"
    "    <xs:attributeGroup ref=\"open\"/>\n"
    "  </xs:complexType>\n"
    "  <xs:complexType name=\"valuePart\">\n"
    "    <xs:attribute name=\"name\" type=\"xs:string\" use=\"required\"/>\n"
    "    <xs:attribute name=\"renamed-from\" type=\"xs:string\"/>\n"
    "    <xs:attribute name=\"comment\" type=\"xs:string\"/>\n"
    "    <xs:attributeGroup ref=\"open\"/>\n"
    "  </xs:complexType>\n"
    "  <xs:attributeGroup name=\"partOptions\">\n"
    "    <xs:attribute name=\"order\" type=\"order\"/>\n"
    "    <xs:attribute name=\"nulls\" type=\"nulls\"/>\n"
    "    <xs:attribute name=\"opclass\" type=\"ident\"/>\n"
    "    <xs:attribute name=\"opclass-params\" type=\"xs:string\"/>\n"
    "    <xs:attribute name=\"collation\" type=\"ident\"/>\n"
    "    <xs:attribute name=\"with\" type=\"xs:token\"/>\n"
    "  </xs:attributeGroup>\n"
    "  <xs:complexType name=\"columnPart\">\n"
    "    <xs:attribute name=\"name\" type=\"ident\" use=\"required\"/>\n"
    "    <xs:attributeGroup ref=\"partOptions\"/><xs:attributeGroup ref=\"open\"/>\n"
    "  </xs:complexType>\n"
    "  <xs:complexType name=\"expressionPart\"><xs:simpleContent><xs:extension base=\"sqlText\">"
    "<xs:attributeGroup ref=\"partOptions\"/><xs:attribute name=\"statistics\" "
    "type=\"xs:unsignedShort\"/></xs:extension></xs:simpleContent></xs:complexType>\n"
    "  <xs:complexType name=\"argumentPart\">\n"
    "    <xs:attribute name=\"name\" type=\"ident\"/>\n"
    "    <xs:attribute name=\"type\" type=\"sqlType\" use=\"required\"/>\n"
    "    <xs:attribute name=\"mode\"><xs:simpleType><xs:restriction base=\"xs:string\">"
    "<xs:enumeration value=\"in\"/><xs:enumeration value=\"out\"/>"
    "<xs:enumeration value=\"inout\"/><xs:enumeration value=\"variadic\"/>"
    "<xs:enumeration value=\"table\"/></xs:restriction></xs:simpleType></xs:attribute>\n"
    "    <xs:attribute name=\"default-sql\" type=\"xs:string\"/>\n"
    "    <xs:attributeGroup ref=\"open\"/>\n"
    "  </xs:complexType>\n"
    "  <xs:complexType name=\"grant\">\n"
    "    <xs:annotation><xs:documentation>A privilege of a role. Only roles of managed-roles lose "
    "what no model grants.</xs:documentation></xs:annotation>\n"
    "    <xs:attribute name=\"privileges\" type=\"identList\" use=\"required\"/>\n"
    "    <xs:attribute name=\"to\" type=\"identList\" use=\"required\"/>\n"
    "    <xs:attribute name=\"columns\" type=\"identList\"/>\n"
    "    <xs:attribute name=\"with-grant-option\" type=\"bool\"/>\n"
    "    <xs:attributeGroup ref=\"open\"/>\n"
    "  </xs:complexType>\n"
    "  <xs:complexType name=\"revoke\">\n"
    "    <xs:annotation><xs:documentation>Takes away what PostgreSQL gives by itself: of public, "
    "or "
    "of {owner}.</xs:documentation></xs:annotation>\n"
    "    <xs:attribute name=\"privileges\" type=\"identList\" use=\"required\"/>\n"
    "    <xs:attribute name=\"from\" type=\"identList\" use=\"required\"/>\n"
    "    <xs:attributeGroup ref=\"open\"/>\n"
    "  </xs:complexType>\n"
    "  <xs:complexType name=\"usePart\"><xs:attribute name=\"mixin\" type=\"ident\" "
    "use=\"required\"/><xs:attributeGroup ref=\"open\"/></xs:complexType>\n";

static const char tail_naming[] =
    "        <xs:element name=\"include\"><xs:complexType>"
    "<xs:attribute name=\"href\" type=\"xs:anyURI\" use=\"required\"/>"
    "<xs:anyAttribute namespace=\"##other\" processContents=\"lax\"/></xs:complexType>"
    "</xs:element>\n"
    "        <xs:element name=\"naming\"><xs:annotation><xs:documentation>Templates for names that "
    "are not given; {schema}, {table}, {columns}, {ref-table}.</xs:documentation></xs:annotation>"
    "<xs:complexType>\n"
    "          <xs:attribute name=\"primary-key\" type=\"ident\"/>"
    "<xs:attribute name=\"foreign-key\" type=\"ident\"/><xs:attribute name=\"unique\" "
    "type=\"ident\"/>\n"
    "          <xs:attribute name=\"check\" type=\"ident\"/><xs:attribute name=\"index\" "
    "type=\"ident\"/><xs:attributeGroup ref=\"open\"/></xs:complexType></xs:element>\n"
    "        <xs:element name=\"ignore\"><xs:annotation><xs:documentation>Objects of the database "
    "that are none of the models' business.</xs:documentation></xs:annotation><xs:complexType>\n"
    "          <xs:attribute name=\"kind\" type=\"xs:NMTOKENS\" use=\"required\"/>"
    "<xs:attribute name=\"name\" type=\"ident\" use=\"required\"/>"
    "<xs:attribute name=\"reason\" type=\"xs:string\"/><xs:attributeGroup ref=\"open\"/>"
    "</xs:complexType></xs:element>\n"
    "        <xs:element name=\"managed-roles\"><xs:complexType>"
    "<xs:attribute name=\"names\" type=\"identList\" use=\"required\"/>"
    "<xs:attributeGroup ref=\"open\"/></xs:complexType></xs:element>\n"
    "        <xs:element name=\"mixin\" type=\"mixin\"/>\n";

static void append_about(GString *out, const char *about)
{
    g_autofree char *text = g_markup_escape_text(about, -1);
    g_string_append_printf(out,
                           "<xs:annotation><xs:documentation>%s</xs:documentation></xs:annotation>",
                           text);
}

/* --- attributes --- */

static const char *type_of(const AgField *field)
{
    switch (field->type) {
    case AG_FIELD_BOOL:
        return "bool";
    case AG_FIELD_INT:
        return "xs:long";
    case AG_FIELD_NAME:
    case AG_FIELD_QNAME:
    case AG_FIELD_COLUMN:
        return "ident";
    case AG_FIELD_NAMES:
        return "identList";
    case AG_FIELD_TYPE:
        return "sqlType";
    case AG_FIELD_EXPR:
    case AG_FIELD_TEXT:
    case AG_FIELD_TEXTS:
        return "xs:string";
    case AG_FIELD_WORD:
    case AG_FIELD_OPTIONS:
    case AG_FIELD_PARTS:
    case AG_FIELD_VALUES:
    case AG_FIELD_ARGUMENTS:
    case AG_FIELD_BODY:
        return NULL;
    case AG_FIELD_SET:
        return field->words != NULL ? NULL : "identList";
    }
    g_assert_not_reached();
}

/* Keys and indexes may list their columns as children instead; and what only one of the databases
 * asks for is not asked for here. */
static bool is_required(const AgKindInfo *info, const AgField *field)
{
    bool parts = false;
    for (unsigned i = 0; i < info->n_fields; i++)
        parts = parts || info->fields[i].type == AG_FIELD_PARTS;
    bool everywhere = field->dialects == 0 || (info->dialects & ~field->dialects) == 0;
    return (field->flags & AG_FIELD_REQUIRED) != 0 && everywhere && !parts;
}

static void append_words(GString *out, const char *const *words)
{
    g_string_append(out, "<xs:simpleType><xs:restriction base=\"xs:string\">");
    for (size_t i = 0; words[i] != NULL; i++)
        g_string_append_printf(out, "<xs:enumeration value=\"%s\"/>", words[i]);
    g_string_append(out, "</xs:restriction></xs:simpleType>");
}

static void append_attribute(GString *out, const AgField *field, const char *name, bool required)
{
    const char *type = type_of(field);
    g_string_append_printf(out, "    <xs:attribute name=\"%s\"", name);
    if (type != NULL)
        g_string_append_printf(out, " type=\"%s\"", type);
    g_string_append_printf(out, "%s>", required ? " use=\"required\"" : "");
    append_about(out, field->about);
    if (field->type == AG_FIELD_WORD)
        append_words(out, field->words);
    if (type == NULL && field->type == AG_FIELD_SET) {
        g_string_append(out, "<xs:simpleType><xs:restriction><xs:simpleType><xs:list>");
        append_words(out, field->words);
        g_string_append(out, "</xs:list></xs:simpleType><xs:minLength value=\"1\"/>"
                             "</xs:restriction></xs:simpleType>");
    }
    g_string_append(out, "</xs:attribute>\n");
}

static void append_plain(GString *out, const char *name, const char *type, const char *about)
{
    g_string_append_printf(out, "    <xs:attribute name=\"%s\" type=\"%s\">", name, type);
    append_about(out, about);
    g_string_append(out, "</xs:attribute>\n");
}

static void append_bound(GString *out)
{
    append_plain(out, "from", "xs:string", "First values of a range partition, with commas.");
    append_plain(out, "to", "xs:string", "Values behind the last of a range partition.");
    append_plain(out, "in", "xs:string", "Values of a list partition, with commas.");
    append_plain(out, "modulus", "xs:positiveInteger", "Of a hash partition.");
    append_plain(out, "remainder", "xs:nonNegativeInteger", "Of a hash partition.");
    append_plain(out, "default", "bool", "true: takes what fits in no other partition.");
}

static void append_sugar(GString *out, const AgKindInfo *info)
{
    if (info->kind == AG_KIND_TABLE)
        append_bound(out);
    if (info->kind == AG_KIND_INDEX)
        append_plain(out, "columns", "identList", "The key's columns when no part has options.");
    if (info->kind != AG_KIND_COLUMN)
        return;
    append_plain(out, "primary-key", "bool", "true: the table's primary key is this column.");
    append_plain(out, "default", "xs:string", "Literal value; quoted for the column's type.");
    append_plain(out, "default-fn", "functionWord", "Portable function: now, today, uuid.");
    append_plain(out, "override", "bool", "true: replaces a column that came from a mixin.");
}

static void append_attributes(GString *out, const AgKindInfo *info)
{
    bool keeps_name = info->kind == AG_KIND_EXTENSION || info->kind == AG_KIND_OPERATOR ||
                      info->derive_name != NULL;
    if (info->derive_name == NULL)
        g_string_append_printf(out, "    <xs:attribute name=\"name\" type=\"ident\"%s/>\n",
                               info->name_optional ? "" : " use=\"required\"");
    if (info->in_schema)
        append_plain(out, "schema", "ident", "The database schema; absent: the file's.");
    if (ag_kind_is_owned(info))
        append_plain(out, "owner", "ident", "The owner; absent: not compared.");
    for (unsigned i = 0; i < info->n_fields; i++) {
        const AgField *field = &info->fields[i];
        if (field->form == AG_FORM_ATTRIBUTE && strchr(field->name, '/') == NULL)
            append_attribute(out, field, field->name, is_required(info, field));
    }
    append_sugar(out, info);
    append_plain(out, "comment", "xs:string", "One line of description.");
    if (!keeps_name)
        append_plain(out, "renamed-from", "identList", "Former names, newest first.");
}

/* --- children --- */

/* The element's name; the parent's before it where another kind has the same one. */
static const char *type_name(const AgKindInfo *info)
{
    static const struct {
        AgKind kind;
        const char *name;
    } others[] = {{AG_KIND_DOMAIN_CHECK, "domain-check"}, {AG_KIND_VIEW_COLUMN, "view-column"}};
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        if (others[i].kind == info->kind)
            return others[i].name;
    return info->element;
}

/* The attributes b of fields a/b; the number found. */
static guint append_nested(GString *out, const AgKindInfo *info, const char *child)
{
    guint n = 0;
    size_t length = strlen(child);
    for (unsigned i = 0; i < info->n_fields; i++) {
        const AgField *field = &info->fields[i];
        if (strncmp(field->name, child, length) != 0 || field->name[length] != '/')
            continue;
        append_attribute(out, field, field->name + length + 1, false);
        n++;
    }
    return n;
}

static void append_text_child(GString *out, const AgKindInfo *info, const AgField *field)
{
    g_autoptr(GString) nested = g_string_new(NULL);
    guint n = append_nested(nested, info, field->name);
    if (field->type == AG_FIELD_BODY) {
        append_plain(nested, "verbatim", "bool", "true: blanks and line ends count as they stand.");
        n++;
    }
    g_string_append_printf(out, "      <xs:element name=\"%s\"%s>", field->name,
                           n == 0 ? " type=\"sqlText\"" : "");
    append_about(out, field->about);
    if (n > 0)
        g_string_append_printf(out,
                               "<xs:complexType><xs:simpleContent><xs:extension "
                               "base=\"sqlText\">\n%s      </xs:extension></xs:simpleContent>"
                               "</xs:complexType>",
                               nested->str);
    g_string_append(out, "</xs:element>\n");
}

/* A child that only has attributes: identity of a column. Written where its first field stands. */
static void append_attribute_child(GString *out, const AgKindInfo *info, unsigned at)
{
    const char *slash = strchr(info->fields[at].name, '/');
    size_t length = (size_t)(slash - info->fields[at].name);
    g_autofree char *child = g_strndup(info->fields[at].name, length);
    for (unsigned i = 0; i < info->n_fields; i++) {
        const AgField *field = &info->fields[i];
        bool own_text = field->form == AG_FORM_ELEMENT && strcmp(field->name, child) == 0;
        bool earlier =
            i < at && strncmp(field->name, child, length) == 0 && field->name[length] == '/';
        if (own_text || earlier)
            return;
    }
    g_string_append_printf(out, "      <xs:element name=\"%s\"><xs:complexType>\n", child);
    append_nested(out, info, child);
    g_string_append(out, "    <xs:attributeGroup ref=\"open\"/></xs:complexType></xs:element>\n");
}

static void append_members(GString *out, const AgKindInfo *info, const AgField *field)
{
    if (info->kind == AG_KIND_STATISTICS) {
        g_string_append(out, "      <xs:element name=\"expression\" type=\"sqlText\"/>\n");
        return;
    }
    if (field->type == AG_FIELD_PARTS)
        g_string_append(out, "      <xs:element name=\"column\" type=\"columnPart\"/>\n");
    if (field->type == AG_FIELD_PARTS &&
        (info->kind == AG_KIND_INDEX || info->kind == AG_KIND_EXCLUDE))
        g_string_append(out, "      <xs:element name=\"expression\" type=\"expressionPart\"/>\n");
    if (field->type != AG_FIELD_PARTS)
        g_string_append_printf(out, "      <xs:element name=\"%s\" type=\"%s\"/>\n", field->name,
                               field->type == AG_FIELD_VALUES      ? "valuePart"
                               : field->type == AG_FIELD_ARGUMENTS ? "argumentPart"
                                                                   : "paramPart");
}

static void append_children(GString *out, const AgKindInfo *info)
{
    g_string_append(out, "      <xs:element name=\"comment\" type=\"commentText\"/>\n");
    for (unsigned i = 0; i < info->n_fields; i++) {
        const AgField *field = &info->fields[i];
        if (strchr(field->name, '/') != NULL)
            append_attribute_child(out, info, i);
        else if (info->kind == AG_KIND_TABLE && i == AG_TABLE_PARTITION_BY)
            g_string_append(out, "      <xs:element name=\"partition-by\" "
                                 "type=\"partitionBy\"/>\n");
        else if (field->form == AG_FORM_ELEMENT)
            append_text_child(out, info, field);
        else if (field->form == AG_FORM_CHILDREN)
            append_members(out, info, field);
    }
    if (info->kind == AG_KIND_COLUMN)
        g_string_append(out, "      <xs:element name=\"default\" type=\"sqlText\"/>\n"
                             "      <xs:element name=\"variant\" type=\"variant\"/>\n");
    if (info->kind == AG_KIND_TABLE)
        g_string_append(out, "      <xs:element name=\"use\" type=\"usePart\"/>\n");
    for (int i = 0; i < AG_N_KINDS; i++) {
        const AgKindInfo *part = ag_kind_info((AgKind)i);
        if (ag_kind_is_part_of(part, info))
            g_string_append_printf(out, "      <xs:element name=\"%s\" type=\"%s\"/>\n",
                                   part->element, type_name(part));
    }
    if (ag_kind_is_grantable(info))
        g_string_append(out, "      <xs:element name=\"grant\" type=\"grant\"/>\n"
                             "      <xs:element name=\"revoke\" type=\"revoke\"/>\n");
    g_string_append(out, "      <xs:group ref=\"foreign\"/>\n");
}

/* --- types --- */

static bool has_own_text(const AgKindInfo *info)
{
    for (unsigned i = 0; i < info->n_fields; i++) {
        if (info->fields[i].form == AG_FORM_TEXT)
            return true;
    }
    return false;
}

static void append_kind(GString *out, const AgKindInfo *info)
{
    g_string_append_printf(out, "\n  <xs:complexType name=\"%s\">\n    ", type_name(info));
    append_about(out, info->about);
    g_string_append_c(out, '\n');
    if (has_own_text(info)) {
        g_string_append(out, "    <xs:simpleContent><xs:extension base=\"sqlText\">\n");
        append_attributes(out, info);
        g_string_append(out, "    </xs:extension></xs:simpleContent>\n  </xs:complexType>\n");
        return;
    }
    g_string_append(out, "    <xs:choice minOccurs=\"0\" maxOccurs=\"unbounded\">\n");
    if (info->kind == AG_KIND_TABLE)
        g_string_append(out, "      <xs:group ref=\"tableBody\"/>\n");
    else
        append_children(out, info);
    g_string_append(out, "    </xs:choice>\n");
    append_attributes(out, info);
    g_string_append(out, "    <xs:attributeGroup ref=\"open\"/>\n  </xs:complexType>\n");
}

/* What a variant may say again of its column. */
static void append_variant(GString *out)
{
    static const char *const fields[] = {"type", "null", "default-sql", "identity", "collation"};
    const AgKindInfo *info = &ag_kind_column;
    g_string_append(out, "\n  <xs:complexType name=\"variant\">\n    ");
    append_about(out, "What the column is on one database, where it differs there.");
    g_string_append(out, "\n    <xs:choice minOccurs=\"0\" maxOccurs=\"unbounded\">\n");
    for (unsigned i = 0; i < info->n_fields; i++) {
        if (strchr(info->fields[i].name, '/') != NULL)
            append_attribute_child(out, info, i);
        else if (strcmp(info->fields[i].name, "generated") == 0)
            append_text_child(out, info, &info->fields[i]);
    }
    g_string_append(out, "      <xs:element name=\"default\" type=\"sqlText\"/>\n"
                         "      <xs:group ref=\"foreign\"/>\n    </xs:choice>\n");
    g_string_append(out, "    <xs:attribute name=\"dialect\" type=\"dialect\" "
                         "use=\"required\"/>\n");
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        const AgField *field = &info->fields[ag_kind_field(info, fields[i])];
        append_attribute(out, field, field->name, false);
    }
    append_plain(out, "default", "xs:string", "Literal value; quoted for the column's type.");
    append_plain(out, "default-fn", "functionWord", "Portable function: now, today, uuid.");
    g_string_append(out, "    <xs:anyAttribute namespace=\"##other\" processContents=\"lax\"/>\n"
                         "  </xs:complexType>\n");
}

static const char partition_by[] =
    "\n  <xs:complexType name=\"keyPart\"><xs:simpleContent><xs:extension base=\"sqlText\">\n"
    "    <xs:attribute name=\"name\" type=\"ident\"/>\n"
    "    <xs:attribute name=\"collation\" type=\"ident\"/>\n"
    "    <xs:attribute name=\"opclass\" type=\"ident\"/>\n"
    "  </xs:extension></xs:simpleContent></xs:complexType>\n"
    "  <xs:complexType name=\"series\"><xs:annotation><xs:documentation>A family of range "
    "partitions by calendar unit; further ones in the database are left alone."
    "</xs:documentation></xs:annotation>\n"
    "    <xs:attribute name=\"unit\" use=\"required\"><xs:simpleType><xs:restriction "
    "base=\"xs:string\"><xs:enumeration value=\"day\"/><xs:enumeration value=\"week\"/>"
    "<xs:enumeration value=\"month\"/><xs:enumeration value=\"quarter\"/><xs:enumeration "
    "value=\"year\"/></xs:restriction></xs:simpleType></xs:attribute>\n"
    "    <xs:attribute name=\"name\" type=\"xs:string\" use=\"required\"/>\n"
    "    <xs:attribute name=\"schema\" type=\"ident\"/>\n"
    "    <xs:attribute name=\"start\" type=\"xs:date\" use=\"required\"/>\n"
    "    <xs:attribute name=\"until\" type=\"xs:date\" use=\"required\"/>\n"
    "    <xs:attributeGroup ref=\"open\"/></xs:complexType>\n"
    "  <xs:complexType name=\"partitionBy\">\n"
    "    <xs:choice minOccurs=\"0\" maxOccurs=\"unbounded\">\n"
    "      <xs:element name=\"column\" type=\"keyPart\"/>\n"
    "      <xs:element name=\"expression\" type=\"keyPart\"/>\n"
    "      <xs:element name=\"partition\" type=\"table\"/>\n"
    "      <xs:element name=\"series\" type=\"series\"/>\n"
    "      <xs:group ref=\"foreign\"/>\n    </xs:choice>\n"
    "    <xs:attribute name=\"strategy\" use=\"required\"><xs:simpleType><xs:restriction "
    "base=\"xs:string\"><xs:enumeration value=\"range\"/><xs:enumeration value=\"list\"/>"
    "<xs:enumeration value=\"hash\"/></xs:restriction></xs:simpleType></xs:attribute>\n"
    "    <xs:attribute name=\"columns\" type=\"identList\"/>\n"
    "    <xs:attribute name=\"partitions\"><xs:simpleType><xs:restriction "
    "base=\"xs:string\"><xs:enumeration value=\"declared\"/><xs:enumeration "
    "value=\"ignore\"/></xs:restriction></xs:simpleType></xs:attribute>\n"
    "    <xs:attributeGroup ref=\"open\"/>\n  </xs:complexType>\n";

static void append_mixin(GString *out)
{
    g_string_append(out, "\n  <xs:group name=\"tableBody\"><xs:choice>\n");
    append_children(out, &ag_kind_table);
    g_string_append(out, "  </xs:choice></xs:group>\n"
                         "  <xs:complexType name=\"mixin\">\n    ");
    append_about(out, "Children of a table that many tables share; {table}, {schema} and {pk} are "
                      "filled in.");
    g_string_append(out, "\n    <xs:choice minOccurs=\"0\" maxOccurs=\"unbounded\">"
                         "<xs:group ref=\"tableBody\"/></xs:choice>\n"
                         "    <xs:attribute name=\"name\" type=\"ident\" use=\"required\"/>\n"
                         "    <xs:attribute name=\"comment\" type=\"xs:string\"/>\n"
                         "    <xs:anyAttribute namespace=\"##other\" processContents=\"lax\"/>\n"
                         "  </xs:complexType>\n");
}

static void append_known_types(GString *out)
{
    const char *const *names = ag_dialect_postgres.type_names;
    g_string_append(out, "  <xs:simpleType name=\"knownType\"><xs:restriction "
                         "base=\"xs:string\">\n");
    for (size_t i = 0; names[i] != NULL; i++)
        g_string_append_printf(out, "    <xs:enumeration value=\"%s\"/>\n", names[i]);
    g_string_append(out, "  </xs:restriction></xs:simpleType>\n");
}

static void append_model(GString *out)
{
    g_string_append(out, "\n  <!-- ===== the root ===== -->\n  <xs:element name=\"model\">\n"
                         "    <xs:complexType>\n"
                         "      <xs:choice minOccurs=\"0\" maxOccurs=\"unbounded\">\n");
    g_string_append(out, tail_naming);
    for (int i = 0; i < AG_N_KINDS; i++) {
        const AgKindInfo *info = ag_kind_info((AgKind)i);
        if (info->parents == NULL)
            g_string_append_printf(out, "        <xs:element name=\"%s\" type=\"%s\"/>\n",
                                   info->element, info->element);
        if (info->also != NULL)
            g_string_append_printf(out, "        <xs:element name=\"%s\" type=\"%s\"/>\n",
                                   info->also, info->element);
    }
    g_string_append(
        out, "        <xs:group ref=\"foreign\"/>\n      </xs:choice>\n"
             "      <xs:attribute name=\"dialects\" type=\"dialectList\" default=\"postgresql\"/>\n"
             "      <xs:attribute name=\"schema\" type=\"ident\"/>\n"
             "      <xs:attribute name=\"owner\" type=\"ident\"/>\n"
             "      <xs:anyAttribute namespace=\"##other\" processContents=\"lax\"/>\n"
             "    </xs:complexType>\n"
             "    <xs:unique name=\"oneMixin\"><xs:selector xpath=\"m:mixin\" "
             "xmlns:m=\"" AG_MODEL_NAMESPACE "\"/><xs:field xpath=\"@name\"/></xs:unique>\n"
             "  </xs:element>\n</xs:schema>\n");
}

char *ag_xsd_write(AgPool *pool)
{
    g_autoptr(GString) out = g_string_new(head);
    append_known_types(out);
    g_string_append(out, shared);
    g_string_append(out, "\n  <!-- ===== kinds ===== -->");
    for (int i = 0; i < AG_N_KINDS; i++)
        append_kind(out, ag_kind_info((AgKind)i));
    append_variant(out);
    g_string_append(out, partition_by);
    append_mixin(out);
    append_model(out);
    return ag_pool_text(pool, out->str);
}
