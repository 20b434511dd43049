@as
Feature: A client registers that it uses bound tokens alone
  RFC 9449 §5.2: dpop_bound_access_tokens is a boolean of client metadata,
  false unless it is said. Registering leaves a client behind at the server
  where it cannot be deleted, so a real server is asked only if the configuration
  lets clients be registered.

  @RFC9449-5.2-02
  Scenario: A client that says nothing may use Bearer tokens
    When a client registers with dpop_bound_access_tokens left out
    Then the registration says dpop_bound_access_tokens is false or nothing

  @RFC9449-5.2-03
  Scenario Outline: The value is echoed
    When a client registers with dpop_bound_access_tokens <value>
    Then the registration says dpop_bound_access_tokens is <value>

    Examples:
      | value |
      | true  |
      | false |

  @RFC9449-5.2-03
  Scenario Outline: The value is a boolean
    When a client registers with dpop_bound_access_tokens <value>
    Then the registration says dpop_bound_access_tokens is a boolean, or is refused

    Examples:
      | value  |
      | "true" |
      | 1      |
      | null   |

  @RFC7591-2-01 @RFC9449-5.2-01 @at:token
  Scenario: Whoever echoes the value enforces it
    When a client registers with dpop_bound_access_tokens true
    And the registration says dpop_bound_access_tokens is true
    And the registered client asks for a token with a proof by its key
    And the registered client asks for a token without a proof
    Then it is refused

  @RFC7592-2-01 @verdict:info
  Scenario: What an update to false does is for the server to choose
    When a client registers with dpop_bound_access_tokens true
    And the client sets dpop_bound_access_tokens to false
    Then the server has not failed
