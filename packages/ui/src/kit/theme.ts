/** The look of both programs for Mantine. Colours live in theme.css; the CSP allows no generated style sheet. */
import { createTheme, localStorageColorSchemeManager } from '@mantine/core';

const small = { defaultProps: { size: 'xs' } };
/** Mantine's scroll lock writes a style element, which the CSP refuses; its cross has no name. */
const over = { lockScroll: false, closeButtonProps: { 'aria-label': 'Dismiss' } };

export const theme = createTheme({
  defaultRadius: 'sm',
  primaryColor: 'blue',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: small,
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 26 } },
    TextInput: small,
    PasswordInput: small,
    Textarea: small,
    NumberInput: small,
    Select: small,
    NativeSelect: small,
    FileInput: small,
    MultiSelect: small,
    Switch: small,
    Checkbox: small,
    Radio: small,
    SegmentedControl: small,
    Badge: { defaultProps: { variant: 'light', radius: 'sm' } },
    Tooltip: { defaultProps: { withArrow: false, openDelay: 300, transitionProps: { duration: 80 } } },
    Menu: { defaultProps: { transitionProps: { duration: 80 }, shadow: 'none' } },
    Modal: { defaultProps: { ...over, radius: 'sm', centered: true } },
    Drawer: { defaultProps: over },
  },
});

export const schemeManager = localStorageColorSchemeManager({ key: 'sightline.scheme' });
