"""What mails look like: the frame of the document, and the style of each kind of text in it.

Outlook lays out with Word, hence the tables and the comments that it alone reads. The classes serve the dark mode of
programs that read a style sheet (Apple Mail, Thunderbird); others choose dark colours by themselves.
"""

_SANS = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_SERIF = "Georgia,'Times New Roman',serif"
_INK, _SOFT, _ACCENT = "color:#1a1c1f", "color:#5c636d", "color:#a3231f"

# The attributes of each kind of text: its colour's class, and its style.
TITLE = f'class="ink" style="margin:0;font:700 24px/1.3 {_SERIF};{_INK}"'
HEADING = f'class="accent" style="margin:32px 0 0;font:700 15px/1.4 {_SANS};{_ACCENT}"'
HEADLINE = f'class="ink" style="margin:0;font:700 18px/1.35 {_SERIF};{_INK}"'
RULES = f'class="accent" style="margin:0 0 6px;font:600 13px/1.4 {_SANS};{_ACCENT}"'
SOURCE = f'class="soft" style="margin:6px 0 0;font:14px/1.5 {_SANS};{_SOFT}"'
EXCERPT = f'class="ink" style="margin:10px 0 0;font:15px/1.55 {_SANS};{_INK}"'
LEAD = f'class="ink" style="margin:18px 0 0;font:17px/1.6 {_SANS};{_INK}"'
LINE = f'class="ink" style="margin:12px 0 0;font:15px/1.5 {_SANS};{_INK}"'
SMALL = f'class="soft" style="margin:24px 0 0;font:13px/1.5 {_SANS};{_SOFT}"'
ROW = f'class="soft edge" style="margin:10px 0 0;padding:0 0 0 12px;border-left:2px solid #dfe2e6;font:14px/1.45 {_SANS};{_SOFT}"'
CARD = 'class="edge" style="padding:16px 0 0;border-top:1px solid #dfe2e6"'
HEADLINE_LINK = f'class="ink" style="{_INK};text-decoration:none"'
ROW_LINK = f'class="ink" style="{_INK};text-decoration:none;font-weight:600"'
READ_LINK = f'class="accent" style="{_ACCENT};text-decoration:underline;font-weight:600"'
MARK = 'class="mark" style="background:#fff0bd;color:#1a1c1f"'

# The document: what stands before its title, between title and preview, before and after its parts.
BEFORE_TITLE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>"""
BEFORE_PREVIEW = """</title>
<style>
:root{color-scheme:light dark}
a:hover{text-decoration:underline!important}
@media (max-width:600px){
.desk{padding:0!important}
.sheet{border-width:4px 0 0!important}
.inner{padding:20px 18px 28px!important}
}
@media (prefers-color-scheme:dark){
.desk{background:#121315!important}
.sheet{background:#1d1f22!important;border-color:#d9605a #33363b #33363b!important}
.ink{color:#eceef0!important}
.soft{color:#a2a9b3!important}
.accent{color:#f08a84!important}
.edge{border-color:#3b3f45!important}
.mark{background:#4d4016!important;color:#fff3cf!important}
}
</style>
</head>
<body class="desk" style="margin:0;padding:0;background:#eef0f2">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">"""
BEFORE_PARTS = """</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
<td class="desk" align="center" style="padding:24px 12px;background:#eef0f2">
<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px"><tr>
<td class="sheet inner" align="left" style="padding:28px 32px 32px;background:#ffffff;\
border:1px solid #dfe2e6;border-top:4px solid #a3231f">
"""
AFTER_PARTS = """
</td></tr></table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table>
</body>
</html>
"""
