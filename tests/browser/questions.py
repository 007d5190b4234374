"""What a test asks of a page, in JavaScript: what has the focus, what is too small, cut, without an edge, too dim.

Each answers with words about what it found; nothing found is an empty list.
"""

from __future__ import annotations

_NAMES = r"""
    const words = (node) => node.textContent.replace(/\s+/g, " ").trim()
    const called = (each) => each.ariaLabel || (each.labels?.length ? words(each.labels[0]) : words(each))
    const named = (each) => `${each.tagName}.${each.className} «${called(each).slice(0, 40)}»`
    const seen = (each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest(".hidden-text, .skip")
    const controls = (kinds) => [...document.querySelectorAll(kinds)].filter(seen)
"""

FOCUSED = (
    "() => {"
    + _NAMES
    + r"""
    const each = document.activeElement
    if (!each || each === document.body) return { name: null, troubles: [] }
    const troubles = []
    const labels = [...(each.labels || [])]
    const isOwn = (hit) => each.contains(hit) || hit.contains(each) || labels.some((label) => label.contains(hit))
    for (const { left, top, width, height, bottom } of each.getClientRects()) {
        // The first line of a long text is enough.
        const spots = [[left + width / 2, top + 3]]
        if (!each.matches("textarea")) spots.push([left + width / 4, bottom - 3], [left + width / 2, top + height / 2])
        for (const [x, y] of spots) {
            const hit = document.elementFromPoint(x, y)
            if (!hit) troubles.push(`outside of the screen at ${Math.round(x)}, ${Math.round(y)}`)
            else if (!isOwn(hit)) troubles.push(`under ${hit.tagName}.${hit.className} at ${Math.round(y)}`)
        }
    }
    const light = (parts) => parts.slice(0, 3)
        .map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0)
    const contrast = (one, other) => {
        const [more, less] = [light(one), light(other)].sort((a, b) => b - a)
        return (more + 0.05) / (less + 0.05)
    }
    const parsed = (text) => (text.match(/rgba?\([^)]*\)/) || [""])[0].match(/[\d.]+/g)?.map(Number)
    const isOpaque = (parts) => parts && (parts.length < 4 || parts[3] > 0.5)
    const ground = (node) => {
        for (let up = node; up; up = up.parentElement) {
            const style = getComputedStyle(up)
            const found = [style.backgroundImage, style.backgroundColor].map(parsed).find(isOpaque)
            if (found) return found
        }
        return [255, 255, 255]
    }
    // An outline, a shadow spread around, or the border of a box that has an outline while its field has the focus.
    const rings = (node) => {
        const style = getComputedStyle(node)
        const shadow = style.boxShadow.match(/(rgba?\([^)]*\)) 0px 0px 0px ([\d.]+)px$/)
        const found = []
        if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) found.push(style.outlineColor)
        if (shadow && shadow[2] >= 2) found.push(shadow[1])
        if (node !== each && found.length && parseFloat(style.borderTopWidth) >= 2) found.push(style.borderTopColor)
        return found.map(parsed).filter(isOpaque).map((ring) => contrast(ring, ground(node.parentElement)))
    }
    if (each.tabIndex >= 0) {
        const found = [each, each.parentElement].map(rings).find((some) => some.length) || []
        if (!found.length) troubles.push("no ring around it")
        else if (Math.max(...found) < 3) troubles.push(`its ring has a contrast of ${Math.max(...found).toFixed(1)}`)
    }
    return { name: called(each), troubles }
}"""
)

SMALL = (
    "() => {"
    + _NAMES
    + r"""
    const isInSentence = (each) => each.matches("p a, li a, dd a") && [...each.closest("p, li, dd").childNodes].some(
        (node) => node !== each && !node.contains(each) && node.textContent.trim().length > 1)
    // A label counts as its field; a choice is touched anywhere in its box.
    const around = (each) => (each.matches(".choice input") ? each.closest(".choice") : each)
    const touched = (each) => [around(each), ...(each.labels || [])]
    const told = []
    for (const each of controls("a[href], button, summary, input:not([type=hidden]), select, textarea")) {
        if (isInSentence(each) || each.closest(".demo")) continue
        const boxes = touched(each).map((one) => one.getBoundingClientRect())
        const [width, height] = ["width", "height"].map((side) => Math.max(...boxes.map((box) => box[side])))
        const size = `${Math.round(width)}×${Math.round(height)}`
        if (Math.min(width, height) < 43.5) told.push(`${named(each)} ${size}`)
    }
    return told
}"""
)

SPACED = r"""() => {
    const spacing = new CSSStyleSheet()
    spacing.replaceSync(`
        * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
        p { margin-bottom: 2em !important }`)
    document.adoptedStyleSheets = [spacing]
}"""
"""The spacing that WCAG 1.4.12 wants a page to bear."""

CUT = (
    "() => {"
    + _NAMES
    + r"""
    const isSeen = (each) => seen(each) && !each.closest("svg, [aria-hidden=true]")
    const isField = (each) => each.matches("input, select, textarea")
    const sticksOut = (one, box) => {
        const inner = one.getBoundingClientRect()
        return inner.right > box.right + 1 || inner.bottom > box.bottom + 1 || inner.left < box.left - 1
    }
    const wide = document.documentElement.scrollWidth
    const told = wide > innerWidth ? [`the page is ${wide} wide`] : []
    for (const each of document.querySelectorAll("body *")) {
        if (!isSeen(each) || isField(each)) continue
        const style = getComputedStyle(each)
        const box = each.getBoundingClientRect()
        const hides = [style.overflowX, style.overflowY].some((one) => ["hidden", "clip"].includes(one))
        const inner = [...each.querySelectorAll("*")].filter((one) => isSeen(one) && !isField(one))
        const isCut = hides && style.clipPath === "none" && inner.some((one) => sticksOut(one, box))
        if (isCut) told.push(`${named(each)} is cut`)
        if (style.textOverflow === "ellipsis") told.push(`${named(each)} ends in dots`)
        const isBeyond = box.width && (box.right > innerWidth + 1 || box.left < -1)
        if (isBeyond && !each.closest(".table-box")) told.push(`${named(each)} goes beyond the edge`)
    }
    return told
}"""
)

WITHOUT_EDGE = (
    "() => {"
    + _NAMES
    + r"""
    const ground = getComputedStyle(document.body).backgroundColor
    const isEdged = (each) => {
        const { borderBottomStyle: line, borderBottomWidth: width, borderBottomColor: color } = getComputedStyle(each)
        return line !== "none" && parseFloat(width) >= 1 && color !== ground
    }
    return controls("button, a.button, input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea")
        .filter((each) => !isEdged(each) && !isEdged(each.parentElement))
        .filter((each) => !getComputedStyle(each).textDecorationLine.includes("underline"))
        .map((each) => `${named(each)} has neither an edge nor a line`)
}"""
)

DIM = r"""async () => {
    const found = await axe.run(document, { runOnly: ["color-contrast-enhanced", "color-contrast"] })
    const told = (rule, node) => `${rule.id}: ${node.target.join(" ")} ${node.any[0].message}`
    return found.violations.flatMap((rule) => rule.nodes.map((node) => told(rule, node)))
}"""
"""By axe, which the page has to hold already."""

ONLY_SCRIPTS = (
    "() => {"
    + _NAMES
    + r"""
    const dead = controls("button[type=button], a[href='#'], a:not([href]), [data-act]")
    const canBeSent = (form) => [...form.elements].some((each) => each.type === "submit")
    return [...dead.map(named), ...controls("form").filter((form) => !canBeSent(form)).map(named)]
}"""
)

LARGEST = r"""() => [...document.querySelectorAll("main *")]
    .filter((each) => each.checkVisibility())
    .filter((each) => [...each.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()))
    .map((each) => [parseFloat(getComputedStyle(each).fontSize), each.textContent.trim()])
    .sort((one, other) => other[0] - one[0]).slice(0, 2)"""
"""The two largest texts of the page, with their sizes."""
