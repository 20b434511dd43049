@at:token
Feature: What becomes of bound tokens elsewhere at the server
  RFC 9449 says nothing of exchanging (RFC 8693) or revoking (RFC 7009) a bound
  token. These scenarios record what a server does.

  @RFC8693-2-01
  Scenario: A bound token is exchanged by its holder
    When a token bound to its key is exchanged with a proof by its key
    Then it is accepted

  @RFC8693-2-01
  Scenario Outline: A bound token is not exchanged by others
    When a token bound to its key is exchanged <how>
    Then it is refused

    Examples:
      | how                                             |
      | without a proof                                 |
      | with a proof by another key                     |
      | by another client with a proof by another key   |

  # Whatever the server thinks of who brings it: a bound token is not to be had as Bearer.
  @RFC8693-2-01 @verdict:warn
  Scenario Outline: A bound token is exchanged for no unbound one
    When a token bound to its key is exchanged <how>
    Then no unbound token is issued

    Examples:
      | how                                         |
      | with a proof by its key                     |
      | without a proof                             |
      | with a proof by another key                 |
      | by another client without a proof           |

  @RFC7009-2-01
  Scenario: A bound token is revoked without a proof
    When the client asks for a token with a proof by its key
    And the client revokes the access token without a proof
    Then the access token is revoked
